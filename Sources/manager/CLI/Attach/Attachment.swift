internal import Engine
internal import LinuxSystem
internal import ShimProtocol
internal import Store

/// This program's side of a process that it is attached to: its signals, its terminal, its stdio.
struct Attachment: ~Copyable {
  private let signals: SignalWatch
  private let readsInput: Bool

  /// Begins to hold signals back, so that none is lost or ends this program before the process is there to get it.
  ///
  /// - Parameters:
  ///   - readsInput: whether stdin is relayed.
  ///   - terminal: whether the process gets a terminal.
  /// - Throws: `CommandFailure` when stdin must be a terminal and is none.
  init(readsInput: Bool, terminal: Bool) throws {
    if terminal, readsInput, !StandardDescriptor.input.isTerminal {
      throw CommandFailure(125, "the input device is not a TTY")
    }
    let signals = try SignalWatch(Relay.watchedSignals)
    self.readsInput = readsInput
    self.signals = signals
  }

  /// Relays until the process ends.
  /// - Parameter atEnd: what is to be done when it has ended, on its connection.
  /// - Returns: the exit code.
  consuming func run(
    _ process: consuming AttachedProcess, atEnd: (borrowing ShimConnection) throws -> Void
  ) throws -> Int32 {
    let (terminal, name, early) = (process.terminal, process.container.name, process.earlyOutput)
    // In raw mode every key goes to the process; the old mode returns when this value ends.
    let raw = terminal && readsInput ? try RawTerminal(.input) : nil
    var relay = try Relay(
      process.takeConnection(), signals, terminal: terminal, readsInput: readsInput)
    let end: RelayEnd
    do { end = try relay.run(after: early) } catch {
      throw CommandFailure(125, "\(error); container \"\(name)\" is left to its shim")
    }
    _ = consume raw
    switch end {
    case .exited(let record):
      try atEnd(relay.connection)
      guard let code = record.exitCode else {
        throw CommandFailure(
          125, "container \"\(name)\" ended, and its exit code is not known: \(record.error)")
      }
      return code
    case .left(let signal): return 128 + signal
    case .lost:
      throw CommandFailure(
        125,
        "lost the shim of container \"\(name)\"; 'apus ps -a' shows it, 'apus rm -f' removes what is left")
    }
  }
}
