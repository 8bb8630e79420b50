internal import JSONDocument
internal import LinuxSystem
package import ShimProtocol

extension ContainerEngine {
  /// Reads the journal of events, and waits for more as long as the query has no end.
  /// - Parameter take: gets each event that fits, with its line as it stands in the journal; says whether more is
  ///   wanted.
  package func events(_ query: EventQuery, _ take: (Event, [UInt8]) -> Bool) throws(EngineError) {
    try attempt("read events") { () throws(SystemError) in
      try makeDirectories(journal.directory, mode: 0o700)
      // First: what is written while the files are read is then seen or announced.
      let watch = try DirectoryWatch(journal.directory)
      let loop = try EventLoop()
      try loop.watch(watch.descriptor, for: .read, token: 0)
      var reader = try EventReader(journal, fromStart: query.since != nil || query.until != nil)
      while true {
        try watch.clear()
        // Before the reading: what is older has been written by then.
        let now = Timestamp.now()
        while let line = try reader.next() {
          guard let event = Self.event(line), query.fits(event) else { continue }
          guard take(event, line) else { return }
        }
        guard let until = query.until else {
          _ = try loop.next()
          continue
        }
        if until < now { return }
        _ = try loop.next(milliseconds: Self.milliseconds(from: now, to: until))
      }
    }
  }

  private static func event(_ line: [UInt8]) -> Event? {
    do throws(DocumentError) { return Event(try JSON.parse(line, file: "events")) } catch { return nil }
  }

  /// One more than there are, so that the end has passed afterwards; an hour at most.
  private static func milliseconds(from now: Timestamp, to end: Timestamp) -> Int32 {
    let seconds = min(end.seconds - now.seconds, 3600)
    return Int32(max(0, seconds * 1000 + Int64(end.nanoseconds - now.nanoseconds) / 1_000_000)) + 1
  }
}

/// Reads the lines of the journal in order, over its rotations.
///
/// Who found a file before it was renamed may still write to it; so the one before the present one stays open.
private struct EventReader: ~Copyable {
  private let journal: EventJournal
  private var before: JournalFile?
  private var current: JournalFile?

  /// - Parameter fromStart: otherwise what is there already is passed over.
  init(_ journal: EventJournal, fromStart: Bool) throws(SystemError) {
    self.journal = journal
    current = try JournalFile(journal.path, atEnd: !fromStart)
    before = fromStart ? try JournalFile(journal.previous, atEnd: false) : nil
  }

  /// The next line; nil when there is none now.
  mutating func next() throws(SystemError) -> [UInt8]? {
    while true {
      if let line = try before?.next() { return line }
      if let line = try current?.next() { return line }
      let inode = try JournalFile.inode(of: journal.path)
      guard let inode, inode != current?.inode else { return nil }
      // What came between the last look and the renaming; one more look at it follows.
      before = current
      current = try JournalFile(journal.path, atEnd: false)
    }
  }
}

/// One file of the journal, and how far it has been read.
private final class JournalFile {
  let inode: UInt64
  private let file: OwnedDescriptor
  private var offset: Int64
  private var text: [UInt8] = []
  private var start = 0

  /// nil when there is none.
  init?(_ path: String, atEnd: Bool) throws(SystemError) {
    do throws(SystemError) { file = try openFile(path, .readOnly) } catch {
      guard error.code == ErrorCode.noEntry else { throw error }
      return nil
    }
    let status = try fileStatus(of: file)
    inode = status.inode
    offset = atEnd ? status.sizeBytes : 0
  }

  static func inode(of path: String) throws(SystemError) -> UInt64? {
    do throws(SystemError) { return try fileStatus(path).inode } catch {
      guard error.code == ErrorCode.noEntry else { throw error }
      return nil
    }
  }

  func next() throws(SystemError) -> [UInt8]? {
    while true {
      if let end = text[start...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { start = end + 1 }
        return Array(text[start..<end])
      }
      let bytes = try file.readChunk(limit: 64 << 10, at: offset)
      if bytes.isEmpty { return nil }
      offset += Int64(bytes.count)
      text = Array(text[start...]) + bytes
      start = 0
    }
  }
}
