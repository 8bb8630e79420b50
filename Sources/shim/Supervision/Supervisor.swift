package import LinuxSystem
package import ShimProtocol

/// One container's supervisor: has the runtime make and start it, carries its stdio, and tells the truth about its end.
///
/// The phases follow one another; only with a restart policy do they come again, from `pausing` to `creating`. Files
/// named Supervisor+… hold one stretch each.
package final class Supervisor {
  enum Phase: Sendable, Equatable {
    /// The runtime's `create`, then its `start`, are under way.
    case creating, starting
    case running
    /// The container's init has ended; exec sessions end, then the record is written and the runtime deletes.
    case draining
    /// It has ended and will be started again after a pause.
    case pausing
    /// It could not be made or started; what there is of it goes.
    case failing
    /// The record is on disk and everybody is told; the launcher cleans up.
    case finishing
    case over
  }

  let context: ShimContext
  /// The container's lock: held until the shim is over, whatever makes it end.
  private let lock: DirectoryLock
  var phase = Phase.creating
  /// Whether the run under way was begun by another shim.
  var isAdopted: Bool
  var streams: ProcessStreams?
  var process: ContainedProcess?
  var log: (any ContainerLog)?
  var memory: MemoryEvents?
  var memoryWatch: MemoryWatch?
  var startedAt: Timestamp?
  var restarts: Restarts
  /// What the terminal's next run begins with: the size it was given last.
  var windowSize: WindowSize?
  /// The checks of the run under way, if any were asked for.
  var health: HealthCheck?

  var clients: [Client] = []
  /// Who started the shim, while it is connected.
  var launcher: Client?
  var listener: Listener?
  var sessions: [ExecSession] = []
  var sessionCount = 0
  /// Signals that came before there was anybody to get them.
  var earlySignals: [(client: Client, number: Int32)] = []
  /// `exited` or `failed`, for whoever comes late.
  var finalMessage: ShimMessage?
  /// Whether the launcher said that it has cleaned up.
  var isCleaned = false
  /// The sockets that hold the container's ports, until its last run has ended.
  var ports: PortChest?
  let farewell: RetryTimer
  /// The clients that the container waits for, since too much waits for them.
  var slowClients: [Client] = []
  /// Runs while there are such.
  let patience: RetryTimer

  /// Prepares a shim.
  /// - Parameters:
  ///   - lock: the lock of the run directory.
  ///   - launcher: the launcher's connection, if it is inherited.
  ///   - ports: the chest with the container's ports, if it is.
  package init(
    _ command: ShimCommandLine, lock: consuming DirectoryLock, launcher: consuming OwnedDescriptor?,
    ports: consuming OwnedDescriptor?
  ) throws(SystemError) {
    self.lock = lock
    if let ports { self.ports = PortChest(owning: ports) }
    isAdopted = command.adoptedSince != nil
    context = try ShimContext(command)
    farewell = RetryTimer(context.reactor)
    restarts = Restarts(policy: command.restart)
    windowSize = command.windowSize
    patience = RetryTimer(context.reactor)
    if let socket = launcher {
      let client = try Client(socket, context.reactor, owner: self)
      client.attach([.input, .output, .error])
      clients = [client]
      self.launcher = client
    }
  }

  /// Supervises the container from its creation to its end.
  /// - Returns: the exit command, to be run in this process's place; empty when the launcher has cleaned up or there is
  ///   none.
  /// - Throws: `SystemError` when the event loop itself fails; the container is then left to itself, unrecorded, since
  ///   nothing about it is known.
  package func run() throws(SystemError) -> [String] {
    try begin()
    while phase != .over { try context.reactor.runOnce() }
    try removeFiles()
    return isCleaned ? [] : context.command.exitCommand
  }

  private func removeFiles() throws(SystemError) {
    listener = nil
    // By the directory that was there when the shim began: a launcher that has cleaned up has removed it, and the next
    // run of the container may have made another by now.
    var names = [ShimPaths.socketName, ShimPaths.initPIDName, ShimPaths.shimPIDName, ShimPaths.sessionName]
    names += OutputStream.allCases.map { ShimPaths.outputName($0) }
    if restarts.count > 0 { names.append(ShimPaths.restartsName) }
    if context.command.health != nil { names.append(ShimPaths.healthName) }
    for name in names {
      do throws(SystemError) { try removeFile(name, in: context.runDirectory) } catch {
        guard error.code == ErrorCode.noEntry else { throw error }
      }
    }
  }
}
