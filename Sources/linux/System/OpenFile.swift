internal import CLinux
internal import Glibc

/// How a file is opened: open(2)'s flags. Close-on-exec is always added.
package struct OpenFlags: OptionSet, Sendable {
  package let rawValue: Int32
  package init(rawValue: Int32) { self.rawValue = rawValue }
  /// Spelled out, since the standard library's is generic and every first use of it costs a start some 10 µs.
  package init(arrayLiteral elements: OpenFlags...) {
    var bits: RawValue = 0
    for element in elements { bits |= element.rawValue }
    rawValue = bits
  }

  package static let readOnly = OpenFlags([])
  package static let writeOnly = OpenFlags(rawValue: O_WRONLY)
  package static let readWrite = OpenFlags(rawValue: O_RDWR)
  package static let create = OpenFlags(rawValue: O_CREAT)
  package static let exclusive = OpenFlags(rawValue: O_EXCL)
  package static let truncate = OpenFlags(rawValue: O_TRUNC)
  package static let append = OpenFlags(rawValue: O_APPEND)
  package static let nonBlocking = OpenFlags(rawValue: O_NONBLOCK)
  package static let directory = OpenFlags(rawValue: Int32(clinux_O_DIRECTORY))
  package static let noFollow = OpenFlags(rawValue: Int32(clinux_O_NOFOLLOW))
  package static let path = OpenFlags(rawValue: Int32(clinux_O_PATH))
  package static let noControllingTerminal = OpenFlags(rawValue: Int32(clinux_O_NOCTTY))
}

/// Opens `path`, relative to the working directory. Calls `openat(2)`.
package func openFile(_ path: String, _ flags: OpenFlags, mode: UInt32 = 0o600) throws(SystemError)
  -> OwnedDescriptor
{
  OwnedDescriptor(
    owning: try check("open", path) {
      unsafe clinux_openat(AT_FDCWD, path, flags.rawValue | Int32(clinux_O_CLOEXEC), mode)
    })
}

/// Opens /dev/null for each of the three standard descriptors that this process was born without: otherwise the next
/// file that it opens is its standard output, and gets what is printed. Calls `openat(2)`.
package func holdStandardDescriptors() throws(SystemError) {
  // The lowest free number is the one that a file gets.
  for number: Int32 in 0...2 where !isOpenDescriptor(number) {
    let null = try openFile("/dev/null", .readWrite)
    try null.setCloseOnExec(false)
    _ = null.release()
  }
}

/// Opens `path` relative to `directory`. Calls `openat(2)`.
package func openFile(
  _ path: String, in directory: borrowing OwnedDescriptor, _ flags: OpenFlags, mode: UInt32 = 0o600
) throws(SystemError) -> OwnedDescriptor {
  let base = directory.raw
  return OwnedDescriptor(
    owning: try check("open", path) {
      unsafe clinux_openat(base, path, flags.rawValue | Int32(clinux_O_CLOEXEC), mode)
    })
}

/// Opens `path` relative to `directory`; nil when nothing is there. Calls `openat(2)`.
package func openIfThere(
  _ path: String, in directory: borrowing OwnedDescriptor, _ flags: OpenFlags
) throws(SystemError) -> OwnedDescriptor? {
  let base = directory.raw
  let number = try checkIfThere("open", path) {
    unsafe clinux_openat(base, path, flags.rawValue | Int32(clinux_O_CLOEXEC), 0)
  }
  guard let number else { return nil }
  return OwnedDescriptor(owning: number)
}

/// Opens a name of arbitrary bytes, which need not be UTF-8, relative to `directory`. Calls `openat(2)`.
package func openRawName(
  _ name: [UInt8], in directory: borrowing OwnedDescriptor, _ flags: OpenFlags
) throws(SystemError) -> OwnedDescriptor {
  let base = directory.raw
  return OwnedDescriptor(
    owning: try check("open", String(decoding: name, as: UTF8.self)) {
      unsafe withRawName(name) { unsafe clinux_openat(base, $0, flags.rawValue | Int32(clinux_O_CLOEXEC), 0) }
    })
}

/// Lends a name of arbitrary bytes as a C string.
func withRawName<Result>(_ name: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
  let terminated = name.map { CChar(bitPattern: $0) } + [0]
  return unsafe terminated.withUnsafeBufferPointer { buffer in
    guard let start = buffer.baseAddress else { return unsafe body("") }
    return unsafe body(start)
  }
}

/// The whole content of a file. See `OwnedDescriptor.readAll` for the limit.
package func readFile(_ path: String, limit: Int = 64 << 20) throws(SystemError) -> [UInt8] {
  let file = try openFile(path, .readOnly)
  do throws(SystemError) { return try file.readAll(limit: limit) } catch {
    throw SystemError("read", code: error.code, subject: path)
  }
}

/// The same for a file below an open directory; nil when nothing is there.
package func readFileIfThere(
  _ path: String, in directory: borrowing OwnedDescriptor, limit: Int
) throws(SystemError) -> [UInt8]? {
  guard let file = try openIfThere(path, in: directory, .readOnly) else { return nil }
  do throws(SystemError) { return try file.readAll(limit: limit) } catch {
    throw SystemError("read", code: error.code, subject: path)
  }
}

/// The content of a small text file (a /proc or cgroup file) without its final newline.
package func readText(_ path: String) throws(SystemError) -> String {
  var text = String(decoding: try readFile(path, limit: 4 << 20), as: UTF8.self)
  if text.last == "\n" { text.removeLast() }
  return text
}

/// Writes to an existing file in one `write(2)`, as /proc, sysctl and cgroup files want it; creates nothing.
package func writeExistingFile(_ path: String, _ text: String) throws(SystemError) {
  let file = try openFile(path, .writeOnly)
  try writeOnce(file, text, path)
}

/// The same for a file below an open directory.
package func writeExistingFile(
  _ path: String, in directory: borrowing OwnedDescriptor, _ text: String
) throws(SystemError) {
  let file = try openFile(path, in: directory, .writeOnly)
  try writeOnce(file, text, path)
}

private func writeOnce(_ file: borrowing OwnedDescriptor, _ text: String, _ path: String) throws(SystemError)
{
  do throws(SystemError) {
    let bytes = Array(text.utf8)
    // A kernel file takes a value whole or not at all; half a value would be another value.
    guard try file.write(bytes) == bytes.count else {
      throw SystemError("write", code: EIO, subject: path)
    }
  } catch { throw SystemError("write", code: error.code, subject: "\(path) (\(text.prefix(80)))") }
}
