internal import CLinux
internal import Glibc

/// Removes `path` and everything below it, on its own file system only: a mount point below is an error (EBUSY),
/// never something to descend into. Nothing there is no error. Links are removed, not followed.
///
/// The tree may be hostile: names need not be UTF-8, and it may be deeper than there are descriptors or stack. What
/// somebody makes in it meanwhile (the runtime of a container whose supervisor was killed) goes, too, unless that goes on
/// and on.
package func removeTree(_ path: String) throws(SystemError) {
  var triesLeft = 64
  while true {
    do throws(SystemError) { return try removeOnce(path) } catch {
      triesLeft -= 1
      guard error.code == ENOTEMPTY, triesLeft > 0 else { throw error }
    }
  }
}

private func removeOnce(_ path: String) throws(SystemError) {
  do throws(SystemError) {
    let (directory, name) = splitPath(path)
    let parent = try openFile(directory, [.path, .directory])
    guard try !removeLeaf(rawName(name), in: parent, path) else { return }
    try empty(try openBelow(rawName(name), in: parent), path)
    try removeDirectory(rawName(name), in: parent, path)
  } catch {
    guard error.code == ENOENT else { throw error }
  }
}

/// How many directories are held open at most; what is deeper is left to a walk that holds one.
private let mostOpen = 16

/// Removes everything in a directory.
/// - Parameter depth: how many are held open with it.
private func empty(
  _ directory: borrowing OwnedDescriptor, _ path: String, depth: Int = 1
) throws(SystemError) {
  for entry in try readEntries(of: directory) {
    // One that is no directory any more is refused below, by the descriptor.
    var isLeaf = false
    if !entry.isDirectory { isLeaf = try removeLeaf(entry.name, in: directory, path) }
    if !isLeaf {
      try emptyChild(try openChild(entry.name, in: directory, path), path, depth: depth)
      try removeDirectory(entry.name, in: directory, path)
    }
  }
}

private func emptyChild(
  _ child: consuming OwnedDescriptor, _ path: String, depth: Int
) throws(SystemError) {
  if depth < mostOpen {
    try empty(child, path, depth: depth + 1)
  } else {
    try emptyDeep(child, path)
  }
}

private func emptyDeep(_ directory: consuming OwnedDescriptor, _ path: String) throws(SystemError) {
  var walk = try RemovalWalk(directory, path)
  try walk.emptyAll()
}

/// Opens a directory by descriptor: one swapped for a link in the meantime fails with ELOOP.
private func openChild(
  _ name: [UInt8], in directory: borrowing OwnedDescriptor, _ path: String
) throws(SystemError) -> OwnedDescriptor {
  do throws(SystemError) { return try openOnSameMount(name, in: directory) } catch {
    // The kernel says so, not a device number: a bind mount has its source's.
    guard error.code == EXDEV else { throw error }
    throw SystemError(
      "remove", code: EBUSY,
      subject: "\(path): \(String(decoding: name, as: UTF8.self)) below it is a mount")
  }
}

/// A walk that holds one directory open, however deep it is.
private struct RemovalWalk: ~Copyable {
  /// A directory above the one that is open, and the name by which the walk left it downwards.
  private struct Above {
    let status: FileStatus
    let name: [UInt8]
    var left: [[UInt8]]
  }

  private var current: OwnedDescriptor
  private var status: FileStatus
  private var left: [[UInt8]]
  private var above: [Above] = []
  private let path: String

  init(_ top: consuming OwnedDescriptor, _ path: String) throws(SystemError) {
    let (status, names) = (try fileStatus(of: top), try readEntries(of: top).map(\.name))
    self.status = status
    left = names
    current = top
    self.path = path
  }

  /// Removes everything in the directory that the walk began with.
  mutating func emptyAll() throws(SystemError) {
    while true {
      if let name = left.popLast() {
        if try !removeLeaf(name, in: current, path) { try descend(name) }
      } else if let parent = above.popLast() {
        try ascend(to: parent)
      } else {
        return
      }
    }
  }

  private mutating func descend(_ name: [UInt8]) throws(SystemError) {
    let child = try openChild(name, in: current, path)
    let childStatus = try fileStatus(of: child)
    above.append(Above(status: status, name: name, left: left))
    left = try readEntries(of: child).map(\.name)
    status = childStatus
    current = child
  }

  private mutating func ascend(to parent: Above) throws(SystemError) {
    // `..` is where we came from, unless somebody has moved the directory away while we were in it.
    let opened = try openBelow(Array("..".utf8), in: current)
    let found = try fileStatus(of: opened)
    guard found.device == parent.status.device, found.inode == parent.status.inode else {
      throw SystemError("remove", code: EBUSY, subject: "\(path): moved while it was being removed")
    }
    current = opened
    status = parent.status
    left = parent.left
    try removeDirectory(parent.name, in: current, path)
  }
}

/// Removes anything but a directory.
/// - Returns: false when it is a directory.
private func removeLeaf(
  _ name: [UInt8], in parent: borrowing OwnedDescriptor, _ path: String
) throws(SystemError) -> Bool {
  let base = parent.raw
  let result = unsafe withRawName(name) { unsafe unlinkat(base, $0, 0) }
  if result == 0 || errno == ENOENT { return true }
  guard errno == EISDIR || errno == EPERM || errno == EBUSY else {
    throw SystemError("unlink", code: errno, subject: path)
  }
  return false
}

private func removeDirectory(
  _ name: [UInt8], in parent: borrowing OwnedDescriptor, _ path: String
) throws(SystemError) {
  let base = parent.raw
  do throws(SystemError) {
    try checkDone("rmdir", path) { unsafe withRawName(name) { unsafe unlinkat(base, $0, AT_REMOVEDIR) } }
  } catch { guard error.code == ENOENT else { throw error } }
}

private func openBelow(_ name: [UInt8], in parent: borrowing OwnedDescriptor) throws(SystemError)
  -> OwnedDescriptor
{
  try openRawName(name, in: parent, [.readOnly, .directory, .noFollow])
}

private func rawName(_ name: String) -> [UInt8] { Array(name.utf8) }
