internal import LinuxSystem

/// The files of one log as they are on disk: `LOG`, `LOG.1`, `LOG.2.gz` … from young to old (spec/state-layout.md).
struct LogPieces {
  /// The file that is written to.
  let path: String

  /// One name in the log's directory.
  private struct Name: Equatable {
    let path: String
    /// 0 for the file that is written to.
    let number: Int
    let isCompressed: Bool
  }

  /// Opens all that there are at one moment, the oldest first.
  ///
  /// While names are looked up one after the other the shim may give them to other files; then it is done again. Who
  /// holds the files open does not care what they are called afterwards.
  func open() throws(SystemError) -> [LogPiece] {
    for _ in 0..<1000 {
      var pieces: [LogPiece] = []
      do throws(SystemError) {
        for name in try names() { pieces.append(try LogPiece(name.path, isCompressed: name.isCompressed)) }
      } catch {
        guard error.code == ErrorCode.noEntry else { throw error }
        continue
      }
      // No other file can have got the inode of one that is open meanwhile.
      if try inodes() == pieces.map(\.fileInode) { return pieces }
    }
    throw SystemError(
      "open", code: ErrorCode.busy, subject: "\(path): its files change faster than they can be opened")
  }

  /// Which file is being written to; nil in the moment in which there is none.
  func writtenInode() throws(SystemError) -> UInt64? { try inode(path) }

  private func inode(_ path: String) throws(SystemError) -> UInt64? {
    do throws(SystemError) { return try fileStatus(path).inode } catch {
      guard error.code == ErrorCode.noEntry else { throw error }
      return nil
    }
  }

  private func inodes() throws(SystemError) -> [UInt64?] {
    var found: [UInt64?] = []
    for name in try names() { found.append(try inode(name.path)) }
    return found
  }

  private func names() throws(SystemError) -> [Name] {
    let (directory, base) = splitPath(path)
    let entries: [String]
    do throws(SystemError) { entries = try listDirectory(directory) } catch {
      guard error.code == ErrorCode.noEntry else { throw error }
      return []
    }
    let found = entries.compactMap { entry -> Name? in
      if entry == base { return Name(path: path, number: 0, isCompressed: false) }
      guard entry.hasPrefix(base + ".") else { return nil }
      let isCompressed = entry.hasSuffix(".gz")
      let digits = entry.dropFirst(base.count + 1).dropLast(isCompressed ? 3 : 0)
      guard let number = Int(digits), number > 0, String(number) == digits else { return nil }
      return Name(path: "\(directory)/\(entry)", number: number, isCompressed: isCompressed)
    }
    // Both forms of one piece are there for a moment, or after a crash; they say the same.
    let plain = Set(found.filter { !$0.isCompressed }.map(\.number))
    return found.filter { !$0.isCompressed || !plain.contains($0.number) }.sorted { $0.number > $1.number }
  }
}
