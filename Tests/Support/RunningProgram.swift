package import LinuxSystem

/// A program that a test has started.
///
/// What it writes is gathered while the test waits for something, in the test's own thread and never past a
/// deadline. Its output ends when it does: what its descendants write later is not read, so give a program that
/// leaves somebody behind (`create`, a detached run) files to write to.
package final class RunningProgram {
  /// In the host's pid namespace.
  package var pid: Int32 { handle.pid }
  /// What has been gathered of standard output so far.
  package var stdout: [UInt8] { gathered[0] }
  /// What has been gathered of standard error so far.
  package var stderr: [UInt8] { gathered[1] }
  /// How it ended; nil while it runs.
  package private(set) var exit: ExitStatus?

  private let command: String
  private let handle: ProcessHandle
  private let files: [String]
  private var input: PipeEnd?
  private var pending: [UInt8] = []
  private var inputEnds = false
  private var outputs: [PipeEnd?]
  private var gathered: [[UInt8]] = [[], []]

  private enum Token { static let stdout: UInt64 = 0, stderr: UInt64 = 1, input: UInt64 = 2, end: UInt64 = 3 }

  /// Starts the program.
  /// - Parameter files: where standard output and standard error go instead of pipes; empty, or two paths.
  init(_ plan: SpawnPlan, stdin: Input, files: [String] = []) throws(SystemError) {
    var plan = plan
    command = plan.arguments.joined(separator: " ")
    self.files = files
    let streams = [
      try Stream(input: stdin), try Stream(outputFile: files.first), try Stream(outputFile: files.last),
    ]
    plan.descriptors =
      streams.enumerated().map { (Int32($0.offset), $0.element.theirs.descriptor.raw) } + plan.descriptors
    handle = try spawn(plan)
    input = streams[0].ours
    outputs = [streams[1].ours, streams[2].ours]
    if case .bytes(let bytes) = stdin { (pending, inputEnds) = (bytes, true) }
  }

  /// Starts the program with a terminal as all three of its standard descriptors.
  init(_ plan: SpawnPlan, terminal: PipeEnd) throws(SystemError) {
    var plan = plan
    command = plan.arguments.joined(separator: " ")
    files = []
    outputs = [nil, nil]
    plan.descriptors = (0...2).map { ($0, terminal.descriptor.raw) }
    handle = try spawn(plan)
  }

  /// Queues bytes for its standard input (started with `.open`); they are written while the test waits.
  package func type(_ bytes: [UInt8]) { pending += bytes }

  /// Queues text for its standard input.
  package func type(_ text: String) { pending += Array(text.utf8) }

  /// Ends its standard input once all that was queued is written.
  package func endInput() { inputEnds = true }

  /// Sends it a signal.
  package func signal(_ number: Int32) throws(SystemError) { try handle.signal(number) }

  /// Waits until it has ended.
  /// - Throws: `TestFailure` with what it wrote so far, when the time is over; it is then killed.
  @discardableResult
  package func wait(within duration: Duration = .seconds(30)) throws -> Outcome {
    guard try gather(until: Deadline(in: duration), { self.exit != nil }) else {
      try kill()
      throw TestFailure("did not end within \(duration): \(try outcome(.signaled(Signal.kill)))")
    }
    return try outcome(exit ?? .exited(0))
  }

  /// Waits until its standard output holds `text`.
  /// - Throws: `TestFailure` with what it wrote, when the time is over or the program ends without it.
  package func waitForOutput(_ text: String, within duration: Duration = .seconds(10)) throws {
    let wanted = Array(text.utf8)
    try gather(until: Deadline(in: duration)) { self.exit != nil || self.currentOutput(0).contains(wanted) }
    guard currentOutput(0).contains(wanted) else {
      throw TestFailure("no \"\(text)\" in the output of \(try outcome(exit ?? .exited(-1)))")
    }
  }

  /// Kills it with SIGKILL and reaps it; nothing when it has ended.
  package func kill() throws {
    guard exit == nil else { return }
    try handle.signal(Signal.kill)
    try gather(until: Deadline(in: .seconds(10))) { self.exit != nil }
  }

  private func outcome(_ exit: ExitStatus) throws(SystemError) -> Outcome {
    Outcome(command: command, exit: exit, stdout: currentOutput(0), stderr: currentOutput(1))
  }

  private func currentOutput(_ index: Int) -> [UInt8] {
    guard files.indices.contains(index) else { return gathered[index] }
    do throws(SystemError) { return try readFile(files[index]) } catch { return [] }
  }

  /// Moves bytes until `isDone`; false when the deadline came first.
  @discardableResult
  private func gather(until deadline: Deadline, _ isDone: () -> Bool) throws(SystemError) -> Bool {
    let loop = try EventLoop()
    if exit == nil { try loop.watch(handle.descriptor, for: .read, token: Token.end) }
    for (index, end) in outputs.enumerated() {
      if let end { try loop.watch(end.descriptor, for: .read, token: UInt64(index)) }
    }
    if let input, !pending.isEmpty { try loop.watch(input.descriptor, for: .write, token: Token.input) }
    while !isDone() {
      if inputEnds, pending.isEmpty { input = nil }
      // A test's condition may also look at files, so ask again from time to time.
      guard let event = try loop.next(milliseconds: min(deadline.milliseconds, 20)) else {
        if deadline.hasPassed { return isDone() }
        continue
      }
      switch event.token {
      case Token.input: try feed(loop)
      case Token.end:
        exit = try handle.wait()
        try loop.stop(handle.descriptor)
        for index in outputs.indices { try drain(index) }
      default: try read(Int(event.token))
      }
    }
    return true
  }

  private func feed(_ loop: borrowing EventLoop) throws(SystemError) {
    guard let end = input else { return }
    do throws(SystemError) {
      pending.removeFirst(try end.descriptor.write(Array(pending.prefix(1 << 16))))
      if pending.isEmpty { try loop.stop(end.descriptor) }
    } catch {
      guard error.code == ErrorCode.brokenPipe || error.code == ErrorCode.again else { throw error }
      if error.code == ErrorCode.brokenPipe { (pending, input) = ([], nil) }
    }
  }

  /// Reads once; the end of the pipe drops it.
  @discardableResult
  private func read(_ index: Int) throws(SystemError) -> Bool {
    guard let end = outputs[index] else { return false }
    do throws(SystemError) {
      if try end.descriptor.read(into: &gathered[index], limit: 1 << 12) > 0 { return true }
      outputs[index] = nil
    } catch {
      guard error.code == ErrorCode.again else { throw error }
    }
    return false
  }

  /// Reads what is there, and not what may come.
  private func drain(_ index: Int) throws(SystemError) {
    while try read(index) {}
  }
}
