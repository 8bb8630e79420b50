internal import Gzip
internal import LinuxSystem
internal import ShimProtocol

/// One file of a log: the one that is written to, or an older one, perhaps compressed.
final class LogPiece {
  private static let chunk = 64 << 10

  /// Which file of entries it is, or, when it is compressed, was made of. While somebody holds that file open no other
  /// has this number.
  let inode: UInt64
  /// Which file it is, compressed or not.
  let fileInode: UInt64
  /// When it was last written to, in seconds since 1970.
  let modifiedSeconds: Int64
  /// The inode of the file before it, so far as the shim could note that.
  let follows: UInt64?
  /// Whether another file had its name when that was read, by the name: a rotation came in between.
  let wasRenamed: Bool
  private let file: OwnedDescriptor
  private let isCompressed: Bool
  private var gzip: GzipReader?
  /// Where the next read begins.
  private var offset: Int64 = 0
  /// Where reading ends, though the file may grow; nil: at its end.
  private var end: Int64?
  private var buffer: [UInt8] = []
  private var position = 0

  /// Opens a file; ENOENT when there is none.
  init(_ path: String, isCompressed: Bool) throws(SystemError) {
    file = try openFile(path, .readOnly)
    let status = try fileStatus(of: file)
    self.isCompressed = isCompressed
    modifiedSeconds = status.modifiedSeconds
    follows = Self.lineage(path)
    wasRenamed = !Self.isNamed(path, status.inode)
    fileInode = status.inode
    if isCompressed {
      let start = try file.readChunk(limit: GzipHeader.size, at: 0)
      inode = GzipHeader.origin(of: start) ?? 0
    } else {
      inode = status.inode
    }
  }

  private static func lineage(_ path: String) -> UInt64? {
    do throws(SystemError) {
      return LogLineage.inode(of: try extendedAttribute(LogLineage.attribute, of: Array(path.utf8)))
    } catch { return nil }
  }

  private static func isNamed(_ path: String, _ inode: UInt64) -> Bool {
    do throws(SystemError) { return try fileStatus(path).inode == inode } catch { return false }
  }

  /// What is in the file now is all that will be read.
  func stopAtPresentEnd() throws(SystemError) { end = try fileStatus(of: file).sizeBytes }

  /// The next whole line, without its end; nil at the end of what is there now. A line whose end is not written yet
  /// waits for the next call.
  func nextLine() throws(SystemError) -> [UInt8]? {
    while true {
      if let lineEnd = buffer[position...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { position = lineEnd + 1 }
        return Array(buffer[position..<lineEnd])
      }
      guard try fill() else { return nil }
    }
  }

  private func fill() throws(SystemError) -> Bool {
    let limit = end.map { Int(min(Int64(Self.chunk), max(0, $0 - offset))) } ?? Self.chunk
    let bytes = try file.readChunk(limit: limit, at: offset)
    guard !bytes.isEmpty else { return false }
    offset += Int64(bytes.count)
    buffer.removeFirst(position)
    position = 0
    guard isCompressed else {
      buffer += bytes
      return true
    }
    if gzip == nil { gzip = try GzipReader() }
    try gzip?.read(bytes, into: &buffer)
    return true
  }

  /// Goes to where the last lines begin.
  /// - Returns: how many there are from there on: `count`, or all when there are fewer.
  func goToLast(_ count: Int) throws(SystemError) -> Int {
    isCompressed ? try goToLastByReading(count) : try goToLastFromEnd(count)
  }

  /// A large file is read from its end, and no more of it than needed.
  private func goToLastFromEnd(_ count: Int) throws(SystemError) -> Int {
    var start = try fileStatus(of: file).sizeBytes
    if let end { start = end }
    var lineEnds = 0
    while start > 0 {
      let size = min(Int64(Self.chunk), start)
      start -= size
      let bytes = try file.readChunk(limit: Int(size), at: start)
      var place = bytes.endIndex
      while let found = bytes[..<place].lastIndex(of: UInt8(ascii: "\n")) {
        lineEnds += 1
        guard lineEnds <= count else {
          offset = start + Int64(found) + 1
          return count
        }
        place = found
      }
    }
    offset = 0
    return lineEnds
  }

  private func goToLastByReading(_ count: Int) throws(SystemError) -> Int {
    var total = 0
    while try nextLine() != nil { total += 1 }
    goToStart()
    for _ in 0..<max(0, total - count) { _ = try nextLine() }
    return min(total, count)
  }

  private func goToStart() { (offset, buffer, position, gzip) = (0, [], 0, nil) }
}
