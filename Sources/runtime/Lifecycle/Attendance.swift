internal import LinuxSystem

/// Attending a process in the foreground: forwards signals to it, relays its terminal when it has one, and waits for
/// its end. Used by `run` and `exec` without `--detach`.
struct Attendance: ~Copyable {
  private let signals: SignalWatch
  private let loop: EventLoop
  /// Our end of the console socket pair, and init's until it is taken.
  private var console: OwnedDescriptor?
  private var initConsole: OwnedDescriptor?

  /// Where the container says that it is ready; nil when nobody wants to know.
  var notify: NotifySocket?

  /// How long the container is waited for before the program's code is given back, in milliseconds.
  private static let moment: Int32 = 1000

  private enum Token: UInt64 { case signals, process, console, input, terminal, notify }

  /// Blocks the signals that will be forwarded. With a terminal, this process's own is put into raw mode later, when
  /// the container's has arrived.
  init(terminal: Bool) throws(SystemError) {
    // CHLD, PIPE, URG and faults are this process's own business.
    let own: [Int32] = [Signal.child, Signal.pipe, Signal.kill, Signal.stop, 23, 11, 4, 8, 7, 5, 6]
    // A reader of our output that goes away must not take the container's supervisor with it.
    ignoreSignal(Signal.pipe)
    let watch = try SignalWatch((1...Signal.last).filter { !own.contains($0) && !(32...33).contains($0) })
    let events = try EventLoop()
    try events.watch(watch.descriptor, for: .read, token: Token.signals.rawValue)
    // Made without a terminal too: two descriptors cost less than another kind of attendance.
    let pair = try makeSocketPair(.stream)
    if terminal { try events.watch(pair.first, for: .read, token: Token.console.rawValue) }
    notify = nil
    signals = watch
    loop = events
    console = terminal ? consume pair.first : nil
    initConsole = terminal ? consume pair.second : nil
  }

  /// Where init sends its terminal; nil without one.
  mutating func takeConsole() -> OwnedDescriptor? { initConsole.take() }

  /// Waits for the process's end and reaps it.
  consuming func attend(_ process: borrowing ProcessHandle) throws(LifecycleError) -> ExitStatus {
    do throws(SystemError) {
      try loop.watch(process.descriptor, for: .read, token: Token.process.rawValue)
      var relay: TerminalRelay?
      if case .some(let socket) = console.take() {
        try loop.stop(socket)
        var received = try receiveDescriptor(over: socket)
        if let main = received.descriptor.take() { relay = try TerminalRelay(main) }
      }
      try watchReadiness()
      try relay?.watch(loop, input: Token.input.rawValue, terminal: Token.terminal.rawValue)
      // Who has waited for a moment may wait for long, and then needs little of the program. Not before: what is given back
      // is mapped again page by page when it ends, which a short program's caller would wait for.
      var mayRelease = true
      while true {
        guard let event = try loop.next(milliseconds: mayRelease ? Attendance.moment : nil) else {
          mayRelease = false
          releaseCode()
          continue
        }
        switch Token(rawValue: event.token) {
        case .process:
          try relay?.drain()
          return try process.wait()
        case .signals: try forward(to: process, relay)
        case .input: try relay?.pumpInput(loop)
        case .terminal: try relay?.pumpOutput(loop)
        case .notify: try passReadiness(of: process)
        case .console, nil: break
        }
      }
    } catch { throw .system(what: "attend", error) }
  }

  private borrowing func forward(
    to process: borrowing ProcessHandle, _ relay: borrowing TerminalRelay?
  ) throws(SystemError) {
    while let number = try signals.next() {
      if number == Signal.windowChange, try resized(relay) { continue }
      do throws(SystemError) { try process.signal(number) } catch {
        guard error.code == ErrorCode.noProcess else { throw error }
      }
    }
  }

  /// The first word of readiness is the last that is passed on.
  private borrowing func passReadiness(of process: borrowing ProcessHandle) throws(SystemError) {
    switch notify {
    case .some(let socket): if try socket.relay(pid: process.pid) { try loop.stop(socket.socket) }
    case .none: return
    }
  }

  private borrowing func watchReadiness() throws(SystemError) {
    switch notify {
    case .some(let socket): try loop.watch(socket.socket, for: .read, token: Token.notify.rawValue)
    case .none: return
    }
  }

  private borrowing func resized(_ relay: borrowing TerminalRelay?) throws(SystemError) -> Bool {
    switch relay {
    case .some(let relay):
      try relay.resize()
      return true
    case .none: return false
    }
  }
}

/// Begins to attend; signals are held from here on.
func attendance(terminal: Bool) throws(LifecycleError) -> Attendance {
  try during("attend") { () throws(SystemError) in try Attendance(terminal: terminal) }
}

/// The relay between this process's terminal and the container's.
struct TerminalRelay: ~Copyable {
  private let main: OwnedDescriptor
  private let raw: RawTerminal?

  /// Where the container's output goes past our terminal, others may write lines there.
  init(_ main: consuming OwnedDescriptor) throws(SystemError) {
    let settings =
      StandardDescriptor.input.isTerminal
      ? try RawTerminal(.input, keepsOutput: !StandardDescriptor.output.isTerminal) : nil
    if let size = StandardDescriptor.input.windowSize() { try setWindowSize(main, size) }
    self.main = main
    raw = settings
  }

  borrowing func watch(_ loop: borrowing EventLoop, input: UInt64, terminal: UInt64) throws(SystemError) {
    try loop.watch(main, for: .read, token: terminal)
    // A regular file as stdin is always ready and cannot be watched: it has no place in front of a terminal.
    do throws(SystemError) { try loop.watch(.input, for: .read, token: input) } catch {
      guard error.code == ErrorCode.notPermitted else { throw error }
    }
  }

  /// Gives the container's terminal the size of ours.
  borrowing func resize() throws(SystemError) {
    if let size = StandardDescriptor.input.windowSize() { try setWindowSize(main, size) }
  }

  borrowing func pumpInput(_ loop: borrowing EventLoop) throws(SystemError) {
    var bytes: [UInt8] = []
    if try StandardDescriptor.input.read(into: &bytes, limit: 4096) == 0 { return try loop.stop(.input) }
    try main.writeAll(bytes)
  }

  borrowing func pumpOutput(_ loop: borrowing EventLoop) throws(SystemError) {
    if try !copyOnce() { try loop.stop(main) }
  }

  /// What is still in the terminal after its last process has ended.
  borrowing func drain() throws(SystemError) {
    try main.setNonBlocking()
    while try copyOnce() {}
  }

  /// Copies what is there. EIO is how a terminal says that nobody has it open any more.
  private borrowing func copyOnce() throws(SystemError) -> Bool {
    var bytes: [UInt8] = []
    do throws(SystemError) {
      if try main.read(into: &bytes, limit: 8192) == 0 { return false }
    } catch {
      if error.code == ErrorCode.inputOutput || error.code == ErrorCode.again { return false }
      throw error
    }
    do throws(SystemError) { try StandardDescriptor.output.writeAll(bytes) } catch {
      // Nobody reads any more; the container's output is taken all the same, so that it does not stand still.
      guard error.code == ErrorCode.brokenPipe else { throw error }
    }
    return true
  }
}
