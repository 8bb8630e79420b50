package import LinuxSystem
internal import ShimProtocol

/// Supervises one container, or one exec session, in conmon's place (spec/conmon.md): starts it by the runtime, carries
/// its stdio, writes its logs and tells how it ended.
///
/// Files named ConmonSupervisor+… hold one stretch each.
package final class ConmonSupervisor {
  enum Phase: Sendable, Equatable {
    /// An exec session whose caller has not attached yet.
    case waiting
    /// The runtime's command is under way.
    case creating
    case running
    /// It is over and told; the exit command runs, and clients take what waits for them.
    case leaving
    case over
  }

  let options: ConmonOptions
  let reactor: Reactor
  let reaper: Reaper
  let runtime: ConmonRuntime
  let report: ConmonReport
  var pipes: ConmonPipes
  /// Descriptors of the caller's that the runtime gets too, and that keep its ports busy as long as the container runs.
  var inherited: [Int32]
  var phase = Phase.waiting
  var log: ConmonLog?
  var streams: ProcessStreams?
  /// What the runtime says on stderr, where the container's own stderr is a terminal.
  var words: OpenDescriptor?
  var process: ContainedProcess?
  var memory: MemoryEvents?

  var clients: [AttachClient] = []
  var listener: Listener?
  var controls: [ControlFIFO] = []
  var notify: NotifyRelay?
  var signals: SignalRelay?
  var startWord: StartWord?
  let patience: RetryTimer
  let deadline: RetryTimer
  var isTimedOut = false
  /// This process's own value of before, for the exit command.
  let outOfMemoryScore = OutOfMemoryScore.current()
  var isExitCommandOver = false
  /// What this process ends with.
  var exitCode: Int32 = 1

  /// Prepares a supervisor.
  /// - Parameters:
  ///   - pipes: what the caller reads; the start pipe has been read once.
  ///   - log: the logs, where they have been opened already.
  ///   - inherited: other open descriptors that the caller left in this process, which become this object's.
  package init(
    _ options: ConmonOptions, pipes: consuming ConmonPipes, log: ConmonLog?, inherited: [Int32]
  ) throws(SystemError) {
    self.options = options
    self.pipes = pipes
    self.log = log
    self.inherited = inherited
    reactor = try Reactor()
    reaper = try Reaper(reactor)
    runtime = ConmonRuntime(options, inherited: inherited, reaper)
    report = ConmonReport(options)
    patience = RetryTimer(reactor)
    deadline = RetryTimer(reactor)
  }

  /// Supervises from the creation to the end.
  /// - Returns: what this process ends with: the process's own status, 1 if it could not be started, 255 if its status
  ///   is not known.
  /// - Throws: `SystemError` when the event loop itself fails; nothing is then told, since nothing is known.
  package func run() throws(SystemError) -> Int32 {
    do throws(SystemError) { try begin() } catch { try fail("\(error)") }
    while phase != .over { try reactor.runOnce() }
    return exitCode
  }

  /// Writes to a pipe of the caller's, who may have gone.
  func tell(_ pipe: borrowing OwnedDescriptor, _ bytes: [UInt8]) {
    do throws(SystemError) { try pipe.writeAll(bytes) } catch { return }
  }

  /// Writes a line to the sync pipe, if there is one.
  func tellSync(_ number: Int32, _ message: String? = nil) {
    switch pipes.sync {
    case .some(let pipe): tell(pipe, report.line(number, message))
    case .none: return
    }
  }
}
