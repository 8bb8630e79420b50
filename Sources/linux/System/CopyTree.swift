internal import CLinux
internal import Glibc

/// Copies what is in one directory into another: files, directories, links, FIFOs and device nodes, with their modes and
/// owners; sockets are left out, as nobody would listen at them.
///
/// Everything goes by descriptor and no link is followed, so a hostile source leads nowhere else.
/// - Parameter depth: how many directories deep this is; a source that is deeper than 128 is ENAMETOOLONG.
package func copyEntries(
  from source: consuming OwnedDescriptor, to target: borrowing OwnedDescriptor, depth: Int = 0
) throws(SystemError) {
  guard depth < 128 else { throw SystemError("copy", code: ENAMETOOLONG, subject: "deeper than 128") }
  let place = try source.duplicate()
  for name in try listRawNames(source) {
    let entry = try openRawName(name, in: place, [.path, .noFollow])
    let status = try fileStatus(of: entry)
    switch status.kind {
    case .directory:
      try unsafe make("mkdir", name, in: target) { unsafe mkdirat($0, $1, 0o700) }
      let copy = try openRawName(name, in: target, [.readOnly, .directory, .noFollow])
      try copyEntries(
        from: try openRawName(name, in: place, [.readOnly, .directory, .noFollow]), to: copy, depth: depth + 1
      )
      try give(copy, status)
    case .regular:
      try copyFile(try openRawName(name, in: place, [.readOnly, .noFollow]), name, target, status)
    case .symbolicLink:
      let text = try readLinkBytes(entry)
      try unsafe make("symlink", name, in: target) { base, path in
        unsafe withRawName(text) { unsafe symlinkat($0, base, path) }
      }
      try own(name, target, status)
    case .fifo, .characterDevice, .blockDevice:
      let type =
        status.kind == .fifo ? S_IFIFO : status.kind == .blockDevice ? S_IFBLK : S_IFCHR
      try unsafe make("mknod", name, in: target) {
        unsafe clinux_mknodat(
          $0, $1, UInt32(type) | status.permissions, clinux_makedev(status.major, status.minor))
      }
      try own(name, target, status)
    case .socket, .unknown: continue
    }
  }
}

private func copyFile(
  _ source: borrowing OwnedDescriptor, _ name: [UInt8], _ target: borrowing OwnedDescriptor,
  _ status: FileStatus
) throws(SystemError) {
  let base = target.raw
  let flags = O_WRONLY | O_CREAT | O_EXCL | Int32(clinux_O_NOFOLLOW | clinux_O_CLOEXEC)
  let copy = OwnedDescriptor(
    owning: try check("create", String(decoding: name, as: UTF8.self)) {
      unsafe withRawName(name) { unsafe clinux_openat(base, $0, flags, 0o600) }
    })
  while true {
    let chunk = try source.readChunk(limit: 1 << 18)
    if chunk.isEmpty { break }
    try copy.writeAll(chunk)
  }
  try give(copy, status)
}

/// Owner first: a change of owner takes set-id bits away (chown(2)).
private func give(_ file: borrowing OwnedDescriptor, _ status: FileStatus) throws(SystemError) {
  try setOwner(file, userID: status.userID, groupID: status.groupID)
  let number = file.raw
  try checkDone("fchmod") { fchmod(number, status.permissions) }
}

private func own(
  _ name: [UInt8], _ directory: borrowing OwnedDescriptor, _ status: FileStatus
) throws(SystemError) {
  let base = directory.raw
  try checkDone("chown", String(decoding: name, as: UTF8.self)) {
    unsafe withRawName(name) {
      unsafe fchownat(base, $0, status.userID, status.groupID, Int32(clinux_AT_SYMLINK_NOFOLLOW))
    }
  }
}

/// Makes `name` below a directory with a call that takes the directory's number and the name.
private func make(
  _ call: StaticString, _ name: [UInt8], in directory: borrowing OwnedDescriptor,
  _ body: (Int32, UnsafePointer<CChar>) -> Int32
) throws(SystemError) {
  let base = directory.raw
  try checkDone(call, String(decoding: name, as: UTF8.self)) {
    unsafe withRawName(name) { unsafe body(base, $0) }
  }
}

/// Where an opened link leads.
func readLinkBytes(_ link: borrowing OwnedDescriptor) throws(SystemError) -> [UInt8] {
  let number = link.raw
  var buffer = [UInt8](repeating: 0, count: 4096)
  let count = try check("readlink") {
    unsafe buffer.withUnsafeMutableBytes { bytes in
      unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
        guard let start = characters.baseAddress else { return 0 }
        return unsafe readlinkat(number, "", start, characters.count)
      }
    }
  }
  return Array(buffer.prefix(count))
}
