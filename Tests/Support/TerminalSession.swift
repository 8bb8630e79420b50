package import LinuxSystem

/// The main end of a pseudo-terminal: what a person at the keyboard would type and see.
package final class TerminalSession {
  /// Everything shown so far.
  package private(set) var screen: [UInt8] = []
  /// Everything shown so far, as text.
  package var text: String { String(decoding: screen, as: UTF8.self) }
  /// The program behind the terminal; nil when the terminal came through a console socket.
  package let program: RunningProgram?

  private let end: PipeEnd
  private var isOver = false

  init(_ main: PipeEnd, program: RunningProgram?) throws(SystemError) {
    end = main
    self.program = program
    try end.descriptor.setNonBlocking()
  }

  /// Types text; `\r` is the enter key, `\u{3}` ctrl-c, `\u{4}` ctrl-d.
  package func type(_ text: String) throws(SystemError) { try end.descriptor.writeAll(text) }

  /// Changes the size of the window.
  package func resize(columns: UInt16, rows: UInt16) throws(SystemError) {
    try setWindowSize(end.descriptor, WindowSize(columns: columns, rows: rows))
  }

  /// Waits until the terminal has shown `text`.
  /// - Throws: `TestFailure` with what it showed, when the time is over or the terminal has hung up.
  package func waitFor(_ wanted: String, within duration: Duration = .seconds(10)) throws {
    let bytes = Array(wanted.utf8)
    let deadline = Deadline(in: duration)
    while !screen.contains(bytes) {
      try gather(deadline)
      if !screen.contains(bytes), isOver || deadline.hasPassed {
        throw TestFailure(
          "the terminal \(isOver ? "hung up" : "never showed") \(wanted.debugDescription): \(text)")
      }
    }
  }

  /// Reads until nobody has the terminal open any more.
  /// - Throws: `TestFailure` when the time is over.
  package func waitForHangUp(within duration: Duration = .seconds(10)) throws {
    let deadline = Deadline(in: duration)
    while !isOver {
      try gather(deadline)
      if !isOver, deadline.hasPassed {
        throw TestFailure("the terminal was not hung up within \(duration): \(text)")
      }
    }
  }

  /// Waits until the program behind the terminal has ended, showing what it writes meanwhile.
  package func wait(within duration: Duration = .seconds(30)) throws -> Outcome {
    guard let program else { throw TestFailure("no program of ours is behind this terminal") }
    try waitForHangUp(within: duration)
    return try program.wait(within: duration)
  }

  private func gather(_ deadline: Deadline) throws(SystemError) {
    let loop = try EventLoop()
    try loop.watch(end.descriptor, for: .read, token: 0)
    guard try loop.next(milliseconds: deadline.milliseconds) != nil else { return }
    do throws(SystemError) {
      if try end.descriptor.read(into: &screen, limit: 1 << 12) == 0 { isOver = true }
    } catch {
      // The kernel's word for a terminal that nobody has open any more.
      guard error.code == ErrorCode.inputOutput else { throw error }
      isOver = true
    }
  }
}

extension Fixture {
  /// Starts a program with a terminal of the given size as its standard descriptors and controlling terminal.
  package func terminal(
    _ program: String, _ arguments: [String], columns: UInt16 = 80, rows: UInt16 = 24
  ) throws -> TerminalSession {
    let main = PipeEnd(try openFile("/dev/ptmx", [.readWrite, .noControllingTerminal]))
    let peer = PipeEnd(try openTerminalPeer(of: main.descriptor))
    try setWindowSize(main.descriptor, WindowSize(columns: columns, rows: rows))
    var plan = try plan(program, arguments, environment: ["TERM": "xterm"], directory: nil)
    note("start on a terminal \(plan.arguments)")
    // setsid(1) and not SpawnPlan.newSession, since somebody has to make the terminal the controlling one.
    guard let setsid = Host.findProgram("setsid") else { throw TestFailure("setsid is not there") }
    plan.arguments = [setsid, "--ctty"] + plan.arguments
    plan.program = setsid
    let running = try RunningProgram(plan, terminal: peer)
    own(running)
    return try TerminalSession(main, program: running)
  }
}
