internal import CLinux
internal import Glibc

/// Makes a directory. Calls `mkdir(2)`.
package func makeDirectory(_ path: String, mode: UInt32 = 0o755) throws(SystemError) {
  try checkDone("mkdir", path) { unsafe mkdir(path, mode) }
}

/// Makes a directory and its missing parents on the host, for trusted paths only.
package func makeDirectories(_ path: String, mode: UInt32 = 0o755) throws(SystemError) {
  do throws(SystemError) { return try makeDirectory(path, mode: mode) } catch {
    switch error.code {
    case EEXIST:
      guard try fileStatus(path).kind == .directory else {
        throw SystemError("mkdir", code: ENOTDIR, subject: path)
      }
      return
    case ENOENT: break
    default: throw error
    }
  }
  let parent = splitPath(path).directory
  guard parent != path else { throw SystemError("mkdir", code: ENOENT, subject: path) }
  try makeDirectories(parent, mode: 0o755)
  do throws(SystemError) { try makeDirectory(path, mode: mode) } catch {
    guard error.code == EEXIST else { throw error }
  }
}

/// Makes a directory below an open one. Calls `mkdirat(2)`.
package func makeDirectory(
  _ name: String, in directory: borrowing OwnedDescriptor, mode: UInt32 = 0o755
) throws(SystemError) {
  let base = directory.raw
  try checkDone("mkdir", name) { unsafe mkdirat(base, name, mode) }
}

/// The names in a directory, without `.` and `..`, sorted. Calls `readdir(3)`.
package func listDirectory(_ path: String) throws(SystemError) -> [String] {
  try listDirectory(try openFile(path, [.readOnly, .directory]))
}

/// The names in an open directory, without `.` and `..`, sorted.
package func listDirectory(_ directory: consuming OwnedDescriptor) throws(SystemError) -> [String] {
  try listRawNames(directory).map { String(decoding: $0, as: UTF8.self) }.sorted()
}

/// The names in an open directory as the bytes that they are, which need not be UTF-8; without `.` and `..`, sorted by
/// byte. For trees that somebody else made.
package func listRawNames(_ directory: consuming OwnedDescriptor) throws(SystemError) -> [[UInt8]] {
  let names = try readEntries(of: directory).map(\.name)
  return names.sorted { $0.lexicographicallyPrecedes($1) }
}

/// What a directory says of one of its entries.
struct DirectoryEntry {
  /// Bytes, which need not be UTF-8.
  let name: [UInt8]
  /// Whether it was a directory when it was read; false also where the file system does not say.
  let isDirectory: Bool
}

/// Reads an open directory from where its descriptor stands, without `.` and `..`, in the kernel's order. Calls
/// `getdents64(2)`: readdir(3) would take the descriptor over and ask five things about it first.
func readEntries(of directory: borrowing OwnedDescriptor) throws(SystemError) -> [DirectoryEntry] {
  let number = directory.raw
  let size = 16 << 10
  let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 8)
  defer { unsafe buffer.deallocate() }
  var entries: [DirectoryEntry] = []
  while true {
    let count = Int(
      try check("getdents64") { unsafe clinux_getdents64(number, buffer.baseAddress, UInt64(size)) })
    if count == 0 { return entries }
    var start = 0
    while start < count {
      // struct linux_dirent64: inode, offset, the record's length, the type, the name to its zero.
      let length = Int(unsafe buffer.loadUnaligned(fromByteOffset: start + 16, as: UInt16.self))
      let type = unsafe buffer[start + 18]
      let name = unsafe Array(buffer[(start + 19)..<(start + length)].prefix { $0 != 0 })
      start += length
      if name != [UInt8(ascii: ".")] && name != [UInt8(ascii: "."), UInt8(ascii: ".")] {
        entries.append(DirectoryEntry(name: name, isDirectory: type == UInt8(DT_DIR)))
      }
    }
  }
}

/// Removes a file or symbolic link. Calls `unlink(2)`.
package func removeFile(_ path: String) throws(SystemError) {
  try checkDone("unlink", path) { unsafe unlink(path) }
}

/// Removes a file or symbolic link; nothing there is no error. Calls `unlink(2)`.
package func removeFileIfThere(_ path: String) throws(SystemError) {
  do throws(SystemError) { try removeFile(path) } catch {
    guard error.code == ENOENT else { throw error }
  }
}

/// Removes a file or symbolic link below an open directory. Calls `unlinkat(2)`.
package func removeFile(_ name: String, in directory: borrowing OwnedDescriptor) throws(SystemError) {
  let base = directory.raw
  try checkDone("unlink", name) { unsafe unlinkat(base, name, 0) }
}

/// Removes an empty directory. Calls `rmdir(2)`.
package func removeEmptyDirectory(_ path: String) throws(SystemError) {
  try checkDone("rmdir", path) { unsafe rmdir(path) }
}

/// Renames within one file system. Calls `rename(2)`.
package func renameFile(_ old: String, to new: String) throws(SystemError) {
  try checkDone("rename", "\(old) to \(new)") { unsafe rename(old, new) }
}

/// Makes a symbolic link at `name` below an open directory. Calls `symlinkat(2)`.
package func makeSymbolicLink(
  _ target: String, at name: String, in directory: borrowing OwnedDescriptor
) throws(SystemError) {
  let base = directory.raw
  try checkDone("symlink", name) { unsafe symlinkat(target, base, name) }
}

/// Makes a device node or FIFO below an open directory. Calls `mknodat(2)`, `fchownat(2)`.
/// - Parameter mode: permission bits only, exact if the umask is 0: a chmod afterwards would go by the name, which
///   somebody could have made a link meanwhile.
package func makeDeviceNode(
  _ name: String, in directory: borrowing OwnedDescriptor, kind: FileKind, major: UInt32, minor: UInt32,
  mode: UInt32, userID: UInt32, groupID: UInt32
) throws(SystemError) {
  let type: UInt32 =
    switch kind {
    case .blockDevice: UInt32(S_IFBLK)
    case .fifo: UInt32(S_IFIFO)
    default: UInt32(S_IFCHR)
    }
  let base = directory.raw
  try checkDone("mknod", name) {
    unsafe clinux_mknodat(base, name, type | mode, clinux_makedev(major, minor))
  }
  guard userID != 0 || groupID != 0 else { return }
  try checkDone("chown", name) {
    unsafe fchownat(base, name, userID, groupID, Int32(clinux_AT_SYMLINK_NOFOLLOW))
  }
}

/// Makes a FIFO. Calls `mkfifo(3)`.
package func makeFIFO(_ path: String, mode: UInt32) throws(SystemError) {
  try checkDone("mkfifo", path) { unsafe mkfifo(path, mode) }
}

/// Changes the permission bits. Calls `chmod(2)`.
package func setPermissions(_ path: String, _ mode: UInt32) throws(SystemError) {
  try checkDone("chmod", path) { unsafe chmod(path, mode) }
}

/// Changes the owner of an open file. Calls `fchown(2)`.
package func setOwner(_ file: borrowing OwnedDescriptor, userID: UInt32, groupID: UInt32) throws(SystemError)
{
  let number = file.raw
  try checkDone("fchown") { fchown(number, userID, groupID) }
}

/// Changes the owner of what one of the standard descriptors refers to. Calls `fchown(2)`.
package func setOwner(_ file: StandardDescriptor, userID: UInt32, groupID: UInt32) throws(SystemError) {
  try checkDone("fchown") { fchown(file.rawValue, userID, groupID) }
}

/// The target of a symbolic link. Calls `readlink(2)`.
package func readLink(_ path: String) throws(SystemError) -> String {
  var buffer = [UInt8](repeating: 0, count: 4096)
  let count = try check("readlink", path) {
    unsafe buffer.withUnsafeMutableBytes { bytes in
      unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
        guard let start = characters.baseAddress else { return 0 }
        return unsafe readlink(path, start, characters.count)
      }
    }
  }
  return String(decoding: buffer.prefix(count), as: UTF8.self)
}

/// The absolute path with every link resolved. Calls `realpath(3)`.
package func realPath(_ path: String) throws(SystemError) -> String {
  guard let resolved = unsafe realpath(path, nil) else {
    throw SystemError("realpath", code: errno, subject: path)
  }
  defer { unsafe free(resolved) }
  return unsafe String(cString: resolved)
}

/// The working directory. Calls `getcwd(2)`; ENOENT means that it lies outside the process's root (CVE-2024-21626).
package func workingDirectory() throws(SystemError) -> String {
  var buffer = [CChar](repeating: 0, count: 4097)
  guard unsafe getcwd(&buffer, buffer.count) != nil else { throw SystemError("getcwd", code: errno) }
  return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

/// Changes the working directory. Calls `chdir(2)`.
package func changeDirectory(_ path: String) throws(SystemError) {
  try checkDone("chdir", path) { unsafe chdir(path) }
}

/// Changes the working directory to an open one. Calls `fchdir(2)`.
package func changeDirectory(to directory: borrowing OwnedDescriptor) throws(SystemError) {
  let number = directory.raw
  try checkDone("fchdir") { fchdir(number) }
}
