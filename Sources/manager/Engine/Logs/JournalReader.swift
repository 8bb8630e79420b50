internal import LinuxSystem

/// Reads the entries of one container from the journal.
final class JournalReader {
  private let program: String
  private let id: String
  private let query: LogQuery
  private let deliver: (LogNews) -> Bool
  private var isDone = false
  /// The journal's own name for the last entry that was read.
  private var cursor: String?
  private var buffer: [UInt8] = []

  init(_ program: String, id: String, _ query: LogQuery, _ deliver: @escaping (LogNews) -> Bool) {
    (self.program, self.id, self.query, self.deliver) = (program, id, query, deliver)
  }

  /// Reads what there is.
  func readPresent() throws(SystemError) {
    try synchronize()
    let reading = try start(follow: false)
    while !isDone, case let bytes = try reading.output.readChunk(limit: 64 << 10), !bytes.isEmpty {
      take(bytes)
    }
    try reading.end()
    _ = deliver(.pause)
  }

  /// Reads what there is and what comes, until the container is over.
  func follow(watching directory: String, until isOver: () -> Bool) throws(SystemError) {
    let watch = try DirectoryWatch(directory)
    let loop = try EventLoop()
    try loop.watch(watch.descriptor, for: .read, token: 0)
    try followJournal(watch, loop, until: isOver)
    guard !isDone else { return }
    // The journal may not have taken in the last entries when the container was over, or its reader not have told them:
    // they are asked for by where the last one stood, so that none comes twice.
    buffer = []
    try readPresent()
  }

  private func followJournal(
    _ watch: borrowing DirectoryWatch, _ loop: borrowing EventLoop, until isOver: () -> Bool
  ) throws(SystemError) {
    let reading = try start(follow: true)
    try loop.watch(reading.output, for: .read, token: 1)
    var isLast = isOver()
    while !isDone, !isLast, !query.isPast {
      switch try loop.next(milliseconds: 1000)?.token {
      case 1:
        let bytes = try reading.output.readChunk(limit: 64 << 10)
        take(bytes)
        if !deliver(.pause) { isDone = true }
        isLast = bytes.isEmpty
      default:
        try watch.clear()
        isLast = isOver()
      }
    }
    try loop.stop(reading.output)
    try reading.end()
  }

  /// A journalctl at work.
  private struct Reading: ~Copyable {
    let output: OwnedDescriptor
    let process: ProcessHandle

    /// Ends it, if it has not ended.
    borrowing func end() throws(SystemError) {
      do throws(SystemError) { try process.signal(Signal.kill) } catch {
        guard error.code == ErrorCode.noProcess else { throw error }
      }
      _ = try process.wait()
    }
  }

  private func start(follow: Bool) throws(SystemError) -> Reading {
    var words = ["--output=json", "--all", "--quiet", "--no-pager", "CONTAINER_ID_FULL=\(id)"]
    if follow { words.append("--follow") }
    if let cursor {
      words.append("--after-cursor=\(cursor)")
    } else {
      words.append("--lines=\(query.tail.map { "\($0)" } ?? "all")")
      // Whole seconds are all that it takes; the rest is looked at here.
      if let since = query.since { words.append("--since=@\(since.seconds)") }
    }
    let pipe = try makePipe()
    var plan = SpawnPlan(program, words)
    plan.descriptors = [(1, pipe.second.raw)]
    return Reading(output: pipe.first, process: try spawn(plan))
  }

  /// What was sent to the journal is to be found in it afterwards. A user who may not ask for that reads what is there.
  private func synchronize() throws(SystemError) {
    _ = try spawn(SpawnPlan(program, ["--sync"])).wait()
  }

  private func take(_ bytes: [UInt8]) {
    buffer += bytes
    var start = 0
    while !isDone, let lineEnd = buffer[start...].firstIndex(of: UInt8(ascii: "\n")) {
      if let line = JournalLine(Array(buffer[start..<lineEnd])) {
        cursor = line.cursor
        switch query.verdict(line.entry) {
        case .show: isDone = !deliver(.entry(line.entry))
        case .skip: break
        case .stop: isDone = true
        }
      }
      start = lineEnd + 1
    }
    buffer.removeFirst(start)
  }
}
