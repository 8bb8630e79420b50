internal import LinuxSystem
package import ShimProtocol
package import Store

/// A connection to the shim of a container that runs, for whoever signals it or waits for its end.
package struct ContainerWatch: ~Copyable {
  /// Which container.
  package let container: ContainerRecord
  let connection: ShimConnection
  private let loop: EventLoop
  private let exitRecord: String

  /// - Parameter exitRecord: where the shim writes the end.
  init(
    _ container: ContainerRecord, _ connection: consuming ShimConnection, exitRecord: String
  ) throws(SystemError) {
    let loop = try EventLoop()
    try loop.watch(connection.descriptor, for: .read, token: 0)
    self.container = container
    self.exitRecord = exitRecord
    self.connection = connection
    self.loop = loop
  }

  /// Hands the connection over.
  consuming func takeConnection() -> ShimConnection { connection }

  /// Waits for the container's end.
  /// - Parameter limit: how long; nil waits for ever.
  /// - Returns: nil when the time is over.
  /// - Throws: `EngineError` when the shim goes without a word: it was killed.
  package borrowing func waitForEnd(limit: Duration? = nil) throws(EngineError) -> ExitRecord? {
    let deadline = limit.map { limit in
      let (seconds, attoseconds) = limit.components
      return monotonicSeconds() + Double(seconds) + Double(attoseconds) / 1e18
    }
    while let message = try next(until: deadline) {
      if let record = end(in: message) { return record }
    }
    return nil
  }

  /// The record of the container's end when the message tells of it. One that never began has ended too: it was still
  /// being made when the watch began.
  private borrowing func end(in message: ShimMessage) -> ExitRecord? {
    switch message {
    case .exited(let record): record
    case .failed(let code, let words):
      ExitRecord(id: container.id, status: .failed, exitCode: code, finishedAt: .now(), error: words)
    default: nil
    }
  }

  /// Sends a signal to the container's init and waits until it is delivered.
  /// - Returns: the exit record when the container ended first.
  @discardableResult
  package borrowing func signal(_ number: Int32) throws(EngineError) -> ExitRecord? {
    try deliver(.signal(number))
  }

  /// Sends a message and waits for no answer.
  borrowing func send(_ message: ShimMessage) throws(EngineError) {
    do throws(ShimProtocolError) { try connection.send(message) } catch {
      throw EngineError(.failed, error.description)
    }
  }

  /// Sends `signal`, `stop` or `policy` and waits until it is answered.
  /// - Returns: the exit record when the container ended first.
  borrowing func deliver(_ message: ShimMessage) throws(EngineError) -> ExitRecord? {
    do throws(ShimProtocolError) { try connection.send(message) } catch {
      // It may just have ended: then its last word is still to be received.
      return try waitForEnd()
    }
    while let message = try next(until: nil) {
      switch message {
      case .delivered(errno: 0): return nil
      case .exited, .failed: return end(in: message)
      // Nobody to signal: it has ended, and `exited` is on its way.
      case .delivered(errno: ErrorCode.noProcess): continue
      case .delivered(errno: ErrorCode.again):
        throw EngineError(
          .conflict,
          "cannot signal container \(container.shortID): it is restarting, wait until the container is running"
        )
      case .delivered(let code):
        throw EngineError(
          .failed, "cannot signal container \(container.shortID): \(SystemError.reason(code))")
      default: continue
      }
    }
    return nil
  }

  /// The next message; nil when the deadline (in monotonic seconds) has passed.
  borrowing func next(until deadline: Double?) throws(EngineError) -> ShimMessage? {
    if let deadline {
      let left = min(max(0, (deadline - monotonicSeconds()) * 1000).rounded(.up), 1e9)
      let event = try attempt("wait for container") { () throws(SystemError) in
        try loop.next(milliseconds: Int32(left))
      }
      if event == nil { return nil }
    }
    let message: ShimMessage?
    do throws(ShimProtocolError) { message = try connection.receive() } catch {
      throw EngineError(.failed, error.description)
    }
    guard let message else {
      // Who connects while the shim ends may find it gone before it is served; then the end is on disk.
      do throws(ExitRecordError) {
        if let record = try ExitRecord.read(exitRecord) { return .exited(record) }
      } catch { throw EngineError(.failed, "\(error)") }
      throw EngineError(
        .failed,
        "the shim of container \(container.shortID) ended without a word; 'apus rm -f' removes what is left")
    }
    return message
  }
}

extension ContainerEngine {
  /// Connects to the shim of a container.
  /// - Parameter streams: what output is wanted, from now on.
  /// - Returns: nil when the container does not run.
  package func watch(
    _ record: ContainerRecord, streams: AttachStreams = []
  ) throws(EngineError) -> ContainerWatch? {
    if let watch = try watchNow(record, streams: streams) { return watch }
    guard try status(of: record).isRunning else { return nil }
    // It is just being started: whoever does that holds the lock until the shim listens.
    do throws(EngineError) { _ = try lockContainer(record.id) } catch {
      guard error.kind == .notFound else { throw error }
      return nil
    }
    return try watchNow(record, streams: streams)
  }

  /// The same for who holds the container's lock, so that nobody can be starting it.
  func watchNow(
    _ record: ContainerRecord, streams: AttachStreams = []
  ) throws(EngineError) -> ContainerWatch? {
    guard try status(of: record).isRunning,
      let connection = connectToShim(of: record.id, saying: .attach(streams))
    else { return nil }
    do throws(SystemError) {
      return try ContainerWatch(record, connection, exitRecord: paths.exitRecord(record.id))
    } catch {
      throw EngineError("watch container", error)
    }
  }

  /// Connects and sends the first message; nil when no shim is there (any more).
  func connectToShim(of id: String, saying message: ShimMessage) -> ShimConnection? {
    do throws(ShimProtocolError) {
      let connection = try ShimConnection(connectingTo: ShimPaths(directory: paths.shimDirectory(id)))
      try connection.send(message)
      return connection
    } catch { return nil }
  }
}
