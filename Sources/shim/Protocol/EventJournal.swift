internal import LinuxSystem

/// The file that events are written to: lines of JSON, the newest last. Manager and shims write to it, each event with
/// one write(2) that appends, so that none is cut and nobody waits for a lock.
package struct EventJournal: Sendable, Equatable {
  /// The file's name in its directory.
  package static let name = "events.log"
  /// A file that has grown so large, in bytes, becomes the one before.
  package static let largestFile: Int64 = 8 << 20

  /// The file.
  package let path: String

  /// Names it; nothing is touched.
  package init(path: String) { self.path = path }

  /// The one in a run root.
  package init(runRoot: String) { path = "\(runRoot)/events/\(Self.name)" }

  /// Where it is.
  package var directory: String { splitPath(path).directory }
  /// The file that was full before it.
  package var previous: String { path + ".1" }

  /// Writes an event. Where that cannot be (a full disk) nobody is told of it; what happened has happened.
  package func record(_ event: Event) { record([event]) }

  /// Writes several at once, in this order and one after another.
  package func record(_ events: [Event]) {
    do throws(SystemError) { try append(events.flatMap { $0.line }) } catch { return }
  }

  private func append(_ line: [UInt8]) throws(SystemError) {
    let file = try open()
    try file.writeAll(line)
    if try fileStatus(of: file).sizeBytes > Self.largestFile { try rotate(file) }
  }

  private func open() throws(SystemError) -> OwnedDescriptor {
    do throws(SystemError) { return try openFile(path, [.writeOnly, .append, .create], mode: 0o600) } catch {
      guard error.code == ErrorCode.noEntry else { throw error }
      try makeDirectories(directory, mode: 0o700)
      return try openFile(path, [.writeOnly, .append, .create], mode: 0o600)
    }
  }

  /// Of several that find it full one renames it.
  private func rotate(_ file: borrowing OwnedDescriptor) throws(SystemError) {
    guard let lock = try DirectoryLock.attempt(directory) else { return }
    if try fileStatus(path).inode == fileStatus(of: file).inode { try renameFile(path, to: previous) }
    _ = consume lock
  }
}
