internal import Engine
internal import LinuxSystem
internal import ShimProtocol
internal import Store

/// This program's side of a process that it is attached to: its signals, its terminal, its stdio.
struct Attachment: ~Copyable {
  /// What `docker attach` and `docker exec` end with when the user has typed the detach keys.
  static let detachedCode: Int32 = 1

  private let signals: SignalWatch
  private let options: AttachOptions
  private let engine: ContainerEngine

  /// Begins to hold signals back, so that none is lost or ends this program before the process is there to get it.
  ///
  /// - Parameters:
  ///   - engine: is told of what the user does to the process.
  ///   - refusal: the exit code of the failure.
  /// - Throws: `CommandFailure` when stdin must be a terminal and is none.
  init(_ options: AttachOptions, _ engine: ContainerEngine, refusal: Int32 = 125) throws {
    if options.passesKeys, !StandardDescriptor.input.isTerminal {
      throw CommandFailure(refusal, "the input device is not a TTY")
    }
    let signals = try SignalWatch(Relay.watchedSignals)
    self.options = options
    self.engine = engine
    self.signals = signals
  }

  /// Relays until the process ends, or this program leaves it.
  /// - Parameters:
  ///   - detachedCode: the exit code when the user has typed the detach keys.
  ///   - signal: sends a signal to the process other than over its connection, where it would wait behind input that
  ///     the process does not take; nil when there is no other way.
  ///   - atEnd: what is to be done when the process has ended, on its connection.
  /// - Returns: the exit code.
  consuming func run(
    _ process: consuming AttachedProcess, detachedCode: Int32 = 0, signal: ((Int32) throws -> Void)? = nil,
    atEnd: (borrowing ShimConnection) throws -> Void
  ) throws -> Int32 {
    let (container, execID, early) = (process.container, process.execID, process.earlyOutput)
    let (name, engine) = (container.name, engine)
    // In raw mode every key goes to the process; the old mode returns when this value ends.
    let raw = options.passesKeys ? try RawTerminal(.input) : nil
    var relay = try Relay(process.takeConnection(), signals, options, signal: signal) { size in
      // As docker has it, nobody is told of an exec's.
      guard execID == nil else { return }
      engine.recordAttached("resize", container, [("height", "\(size.rows)"), ("width", "\(size.columns)")])
    }
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
    case .detached:
      if let execID {
        engine.recordAttached("exec_detach", container, [("execID", execID)])
      } else {
        engine.recordAttached("detach", container)
      }
      // docker's words (moby/term, EscapeError), which are no failure and so have no name in front.
      StandardDescriptor.error.print("read escape sequence\n")
      return detachedCode
    case .inputSent: return 0
    case .dropped(let reason): throw CommandFailure(125, "container \"\(name)\": \(reason)")
    case .lost:
      throw CommandFailure(
        125,
        "lost the shim of container \"\(name)\"; 'apus ps -a' shows it, 'apus rm -f' removes what is left")
    }
  }
}
