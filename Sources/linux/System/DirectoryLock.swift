internal import Glibc

/// A lock on a file or directory, exclusive unless asked otherwise, held until the value ends: no token, no access (flock(2)).
///
/// It belongs to the open file, so it also ends when its process dies, whatever the reason.
package struct DirectoryLock: ~Copyable {
  /// The locked file or directory itself.
  package let descriptor: OwnedDescriptor

  /// Waits for the lock on the directory at `path`. Calls `flock(2)`.
  /// - Throws: `SystemError`; ENOENT when it is not there, also when it was removed while we waited.
  package init(_ path: String) throws(SystemError) {
    try self.init(path, operation: LOCK_EX)
  }

  /// Waits until nobody has the lock for himself; others may share it.
  /// - Throws: as for the exclusive one.
  package init(sharing path: String) throws(SystemError) { try self.init(path, operation: LOCK_SH) }

  /// Takes the lock at once; nil when somebody holds it.
  package static func attempt(_ path: String) throws(SystemError) -> DirectoryLock? {
    do throws(SystemError) { return try DirectoryLock(path, operation: LOCK_EX | LOCK_NB) } catch {
      if error.code == EWOULDBLOCK { return nil }
      throw error
    }
  }

  /// Lets others have the lock until `retake`. Calls `flock(2)`.
  package func release() throws(SystemError) {
    let number = descriptor.raw
    try checkDone("flock") { flock(number, LOCK_UN) }
  }

  /// Waits for the lock again. Calls `flock(2)`.
  /// - Returns: false when what it locks was removed meanwhile; there may be something else of that name.
  package func retake() throws(SystemError) -> Bool {
    let number = descriptor.raw
    try checkDone("flock") { flock(number, LOCK_EX) }
    return try fileStatus(of: descriptor).linkCount > 0
  }

  private init(_ path: String, operation: Int32) throws(SystemError) {
    let file = try openFile(path, .readOnly)
    let number = file.raw
    try checkDone("flock", path) { flock(number, operation) }
    // The holder before us may have removed it; then we hold the lock of something that nobody can find.
    guard try fileStatus(of: file).linkCount > 0 else {
      throw SystemError("lock", code: ENOENT, subject: path)
    }
    descriptor = file
  }
}

/// Whether somebody holds the lock on `path`. Nothing there counts as not held.
package func isLocked(_ path: String) throws(SystemError) -> Bool {
  do throws(SystemError) { return try isLocked(try openFile(path, .readOnly)) } catch {
    guard error.code == ENOENT else { throw error }
    return false
  }
}

/// The same for a file below an open directory.
package func isLocked(_ path: String, in directory: borrowing OwnedDescriptor) throws(SystemError) -> Bool {
  guard let file = try openIfThere(path, in: directory, .readOnly) else { return false }
  return try isLocked(file)
}

private func isLocked(_ file: consuming OwnedDescriptor) throws(SystemError) -> Bool {
  let number = file.raw
  do throws(SystemError) {
    // A shared attempt: two who ask at the same time do not take each other for the holder.
    try checkDone("flock") { flock(number, LOCK_SH | LOCK_NB) }
    return false
  } catch {
    guard error.code == EWOULDBLOCK else { throw error }
    return true
  }
}
