internal import LinuxSystem

/// Reads the files of one log in order, each to its end, whatever rotations happen meanwhile.
final class LogReader {
  private let pieces: LogPieces
  private let query: LogQuery
  private let parse: ([UInt8]) -> LogEntry?
  private let deliver: (LogNews) -> Bool
  /// Whether nobody wants more.
  private var isDone = false
  /// The youngest file that has been opened: it may still grow.
  private var current: LogPiece?

  /// - Parameters:
  ///   - parse: reads one line; nil passes it over.
  ///   - deliver: false ends the reading.
  init(
    _ pieces: LogPieces, _ query: LogQuery, _ parse: @escaping ([UInt8]) -> LogEntry?,
    _ deliver: @escaping (LogNews) -> Bool
  ) {
    (self.pieces, self.query, self.parse, self.deliver) = (pieces, query, parse, deliver)
  }

  /// Reads what there is at this moment, and no more than that, however fast the container writes.
  func readPresent() throws(SystemError) {
    let opened = try pieces.open()
    try opened.last?.stopAtPresentEnd()
    try read(opened)
    _ = deliver(.pause)
  }

  /// Reads what there is and what comes, until the container is over.
  /// - Parameters:
  ///   - directory: the log's, in which a change is told.
  ///   - exitRecord: the file that says that a run has ended; in the same directory.
  ///   - isOver: whether no run will follow.
  func follow(
    watching directory: String, exitRecord: String, until isOver: () -> Bool
  ) throws(SystemError) {
    // Watched before the first look: what comes between the two is seen or told.
    let watch = try DirectoryWatch(directory)
    let loop = try EventLoop()
    try loop.watch(watch.descriptor, for: .read, token: 0)
    try read(try pieces.open())
    var mayBeOver = true
    while !isDone {
      try watch.clear()
      // Asked before the last look at the log, which is complete when the answer is yes.
      let isLast = mayBeOver && isOver()
      try readNews()
      guard !isDone, !isLast, deliver(.pause), !query.isPast else { return }
      // A shim that was killed sends no event; so the question comes once a second.
      let event = try loop.next(milliseconds: 1000)
      mayBeOver = event == nil || fileExists(exitRecord)
    }
  }

  /// Reads on in the youngest file, and in those that have followed it.
  private func readNews() throws(SystemError) {
    while !isDone {
      // In this order: a file that has lost its name gets nothing more, so this reading is to its end.
      let written = try pieces.writtenInode()
      guard let present = current else {
        guard written != nil else { return }
        try read(try pieces.open())
        continue
      }
      try drain(present)
      guard written != present.inode else { return }
      let opened = try pieces.open()
      // A piece that is not there any more was dropped as the oldest, so all that are there are younger.
      let known = opened.lastIndex { $0.inode == present.inode }
      let next = known.map { $0 + 1 } ?? 0
      guard next < opened.count else { return }
      // What it follows was read of another file: looked at again.
      if known == nil, opened[next].wasRenamed { continue }
      if known == nil, let follows = opened[next].follows, follows != present.inode {
        isDone = !deliver(.gap)
        if isDone { return }
      }
      try drainAll(opened[next...])
    }
  }

  private func read(_ opened: [LogPiece]) throws(SystemError) {
    current = opened.last
    var first = 0
    if let tail = query.tail {
      var missing = tail
      first = opened.count
      while first > 0, missing > 0 || first == opened.count {
        first -= 1
        missing -= try opened[first].goToLast(missing)
      }
    }
    try drainAll(opened[first...])
  }

  private func drainAll(_ opened: ArraySlice<LogPiece>) throws(SystemError) {
    for piece in opened {
      current = piece
      // An older file whose last entry is too old has none that is young enough. The clock that files are marked with is
      // coarse, hence the second.
      if let since = query.since, piece !== opened.last, piece.modifiedSeconds + 1 < since.seconds {
        continue
      }
      try drain(piece)
      if isDone { return }
    }
  }

  private func drain(_ piece: LogPiece) throws(SystemError) {
    while !isDone, let line = try piece.nextLine() {
      guard let entry = parse(line) else { continue }
      switch query.verdict(entry) {
      case .show: isDone = !deliver(.entry(entry))
      case .skip: continue
      case .stop: isDone = true
      }
    }
  }
}
