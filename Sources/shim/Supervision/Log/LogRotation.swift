internal import LinuxSystem

/// The names of a log's files and how they are passed on: `LOG`, then `LOG.1`, `LOG.2` … from young to old, each perhaps
/// with `.gz` (docker's names). A file is renamed and never cut, so that who reads it reads it to its end.
///
/// A crash at any moment loses nothing and leaves no piece under two names, except that a compressed file may stand
/// beside what it was made of: it is whole then, and `removeRemains` removes the other. A gap in the numbers, left by a
/// crash between two renames, is filled by the next rotation, which then need not drop the oldest file.
struct LogRotation {
  /// The file that is written to.
  let path: String
  /// How many files there are at most, `path` among them; at least 1.
  let maximumFiles: Int

  /// The name of an older file.
  static func older(_ path: String, _ number: Int) -> String { "\(path).\(number)" }
  /// The name of an older file that is compressed.
  static func compressed(_ path: String, _ number: Int) -> String { "\(path).\(number).gz" }
  /// Where the file stands that is being compressed.
  static func unfinished(_ path: String) -> String { "\(path).gz.tmp" }

  /// Gives `path` away, so that it is free, or leads to a new empty file.
  /// - Returns: the number up to which every file's number has become one larger; what had it itself is gone.
  func makeRoom() throws(SystemError) -> Int {
    guard maximumFiles > 1 else {
      // There is a file of this name at any moment.
      let fresh = path + ".new"
      _ = try openFile(fresh, [.writeOnly, .create, .truncate], mode: 0o640)
      try renameFile(fresh, to: path)
      return 0
    }
    let last = maximumFiles - 1
    let free = (1...last).first { !exists($0) } ?? last
    try remove(free)
    for number in stride(from: free - 1, through: 1, by: -1) {
      try renameIfThere(Self.older(path, number), to: Self.older(path, number + 1))
      try renameIfThere(Self.compressed(path, number), to: Self.compressed(path, number + 1))
    }
    // conmon's ctl may have made somebody else move it already.
    try renameIfThere(path, to: Self.older(path, 1))
    return free
  }

  /// Removes what a shim that was killed while it compressed has left.
  func removeRemains() throws(SystemError) {
    try removeFileIfThere(Self.unfinished(path))
    for number in 1..<max(maximumFiles, 1) where fileExists(Self.compressed(path, number)) {
      try removeFileIfThere(Self.older(path, number))
    }
  }

  private func exists(_ number: Int) -> Bool {
    fileExists(Self.older(path, number)) || fileExists(Self.compressed(path, number))
  }

  private func remove(_ number: Int) throws(SystemError) {
    try removeFileIfThere(Self.older(path, number))
    try removeFileIfThere(Self.compressed(path, number))
  }

  private func renameIfThere(_ old: String, to new: String) throws(SystemError) {
    do throws(SystemError) { try renameFile(old, to: new) } catch {
      guard error.code == ErrorCode.noEntry else { throw error }
    }
  }
}
