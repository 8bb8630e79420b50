internal import LinuxSystem
internal import Options
internal import ShimProtocol

/// How the relay between a process and this program's stdio ended.
enum RelayEnd {
  /// The process ended.
  case exited(ExitRecord)
  /// This program was told to go; the process stays.
  case left(signal: Int32)
  /// The user typed the detach keys; the process stays.
  case detached
  /// Only input was to be relayed, and all of it is with the shim.
  case inputSent
  /// The shim gave this client up; one line says why. The process stays.
  case dropped(String)
  /// The shim went without a word.
  case lost
}

/// Carries bytes between a process and this program's stdin, stdout and stderr, exactly and separately, and signals to
/// it, until one of the two ends.
///
/// One thread, which never waits for one side alone: input that the shim does not take waits here while output goes
/// on, and output that nobody reads waits while signals go on.
struct Relay: ~Copyable {
  enum Token {
    static let shim: UInt64 = 0
    static let input: UInt64 = 1
    static let signals: UInt64 = 2
    static let output: UInt64 = 3
    static let error: UInt64 = 4
  }

  /// What goes to the process, unless the keys of this terminal do, of which its own makes signals.
  static let forwardedSignals = [
    Signal.interrupt, Signal.terminate, Signal.hangUp, Signal.quit, Signal.user1, Signal.user2,
  ]
  /// What is to be watched from before the process begins, so that none is lost.
  static let watchedSignals = forwardedSignals + [Signal.windowChange]

  let connection: ShimConnection
  let signals: SignalWatch
  let loop: EventLoop
  let options: AttachOptions
  /// Sends a signal by another way than this connection, when there is one.
  let signal: ((Int32) throws -> Void)?
  /// Is told of each size that the process's terminal gets.
  let resized: (WindowSize) -> Void
  var detachKeys: DetachSequence?
  var input: InputSource
  var output: OutputSink
  var error: OutputSink
  /// What the shim has not taken yet; while something is, no more input is read.
  var unsent: [ShimMessage] = []
  /// Signals on this connection that the shim has not answered.
  var undelivered = 0
  private var interest: Readiness = .read

  /// Prepares a relay.
  /// - Parameters:
  ///   - signal: sends a signal to the process by another way than its connection; nil when there is none.
  ///   - resized: is told of each size that the process's terminal gets.
  init(
    _ connection: consuming ShimConnection, _ signals: consuming SignalWatch, _ options: AttachOptions,
    signal: ((Int32) throws -> Void)?, resized: @escaping (WindowSize) -> Void
  ) throws(SystemError) {
    let loop = try EventLoop()
    try connection.descriptor.setNonBlocking()
    try loop.watch(connection.descriptor, for: .read, token: Token.shim)
    try loop.watch(signals.descriptor, for: .read, token: Token.signals)
    let input = try InputSource(options.readsInput, loop, token: Token.input)
    let output = try OutputSink(.output, loop, token: Token.output)
    let error = try OutputSink(.error, loop, token: Token.error)
    // Only now, since what is half made cannot be taken apart again.
    self.input = input
    self.output = output
    self.error = error
    self.connection = connection
    self.signals = signals
    self.loop = loop
    self.options = options
    self.signal = signal
    self.resized = resized
    detachKeys = options.passesKeys ? DetachSequence(options.detachKeys) : nil
  }

  /// Relays until the end.
  /// - Parameter early: messages that were received before.
  mutating func run(after early: [ShimMessage]) throws -> RelayEnd {
    // A reader of our output that goes is an error to report (EPIPE), not an end without a word.
    ignoreSignal(Signal.pipe)
    if options.choosesStreams { try send(.attach(options.streams)) }
    if options.redraws { try askForRedraw() }
    for message in early { _ = try take(message) }
    while true {
      if let end = try step() { return end }
      try adjustInterest()
    }
  }

  private mutating func step() throws -> RelayEnd? {
    let readsNow = input.isAlwaysReady && unsent.isEmpty
    guard let event = try loop.next(milliseconds: readsNow ? 0 : nil) else { return try readInput() }
    switch event.token {
    case Token.shim:
      if event.readiness.contains(.write) { try sendUnsent() }
      if isInputSent { return .inputSent }
      return interest.contains(.read) || event.readiness.contains(.hangUp) ? try receive() : nil
    case Token.input: return try readInput()
    case Token.signals: return try takeSignals()
    case Token.output: try output.flush(loop)
    case Token.error: try error.flush(loop)
    default: break
    }
    return nil
  }

  /// Output that nobody takes stops the reading of more, which in turn stops the container (spec/shim-protocol.md).
  private mutating func adjustInterest() throws(SystemError) {
    var wanted: Readiness = output.isEmpty && error.isEmpty ? .read : []
    if !unsent.isEmpty { wanted.insert(.write) }
    if wanted != interest { try loop.change(connection.descriptor, to: wanted, token: Token.shim) }
    interest = wanted
    try input.setReading(unsent.isEmpty, loop)
  }
}
