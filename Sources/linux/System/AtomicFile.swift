internal import Glibc

/// Replaces a file's content so that a reader, or a crash at any moment, sees the old content or the new one, whole.
///
/// Temporary name in the same directory, fsync, rename, fsync of the directory.
/// - Parameter durable: whether to wait for the disk; false for what need not survive a power cut.
package func writeAtomically(
  _ path: String, _ bytes: [UInt8], mode: UInt32 = 0o644, durable: Bool = true
) throws(SystemError) {
  let (directory, name) = splitPath(path)
  let parent = try openFile(directory, [.readOnly, .directory])
  let temporary = ".\(name).\(decimal(Int(ownPID()))).tmp"
  do throws(SystemError) {
    let file = try createAnew(temporary, in: parent, mode: mode)
    try file.writeAll(bytes)
    if durable { try file.sync() }
    let base = parent.raw
    try checkDone("rename", path) { unsafe renameat(base, temporary, base, name) }
    if durable { try parent.sync() }
  } catch {
    _ = unsafe unlinkat(parent.raw, temporary, 0)
    throw SystemError("write", code: error.code, subject: path)
  }
}

/// One of an earlier process with our pid may be left, and goes; somebody else's in a shared directory is an error.
private func createAnew(
  _ name: String, in parent: borrowing OwnedDescriptor, mode: UInt32
) throws(SystemError) -> OwnedDescriptor {
  let flags: OpenFlags = [.writeOnly, .create, .exclusive, .noFollow]
  do throws(SystemError) { return try openFile(name, in: parent, flags, mode: mode) } catch {
    guard error.code == EEXIST else { throw error }
  }
  if unsafe unlinkat(parent.raw, name, 0) != 0, errno != ENOENT { throw SystemError("unlink", code: errno) }
  return try openFile(name, in: parent, flags, mode: mode)
}
