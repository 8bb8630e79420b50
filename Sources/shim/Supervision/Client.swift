internal import LinuxSystem
internal import ShimProtocol

/// Who a client's messages are for.
protocol ClientOwner: AnyObject {
  /// A message has come.
  func received(_ message: ShimMessage, from client: Client) throws(SystemError)
  /// The connection has ended, whatever the reason; the client is of no further use.
  func disconnected(_ client: Client) throws(SystemError)
  /// The client has taken what waited for it, nearly all or all.
  func caughtUp(_ client: Client) throws(SystemError)
}

/// The shim's end of one connection, with a queue of its own: nobody waits for another client.
final class Client: EventHandler {
  /// Whether it is attached to the container, and so is told of its end, even if it wants no stream.
  private(set) var isAttached = false
  /// What it wants of the container's stdio.
  private(set) var streams: AttachStreams = []
  /// Whether it said that it has no more input.
  var hasEndedInput = false
  /// Whether it has taken anything since this was last set to false.
  var hasTaken = false
  private let source: EventSource
  /// The descriptor that came with the message that was received last.
  private var passed: OwnedDescriptor?
  private unowned let owner: any ClientOwner
  private var queue = SendQueue()
  private var readsMessages = true
  private var closesWhenSent = false
  private(set) var isOpen = true

  /// Takes over a connected socket and starts to read it.
  init(_ socket: consuming OwnedDescriptor, _ reactor: Reactor, owner: any ClientOwner) throws(SystemError) {
    self.owner = owner
    source = try EventSource(socket, reactor)
    try source.watch(.read, self)
  }

  /// Attaches it, or changes what it wants.
  func attach(_ streams: AttachStreams) {
    isAttached = true
    self.streams = streams
  }

  /// Whether more waits for it than a client may have waiting.
  var isBehind: Bool { queue.isBehind }

  /// Sends a message, now or when the client takes it.
  func send(_ message: ShimMessage) throws(SystemError) {
    let record: [UInt8]
    // Every text of ours is cut to fit; should one not be, the client must not take silence for an answer.
    do throws(ShimProtocolError) { record = try message.encode() } catch { return try close() }
    try send(record: record)
  }

  /// Sends a record, now or when the client takes it. The bytes are shared by all clients that they wait for.
  func send(record: [UInt8]) throws(SystemError) {
    guard isOpen, !closesWhenSent else { return }
    let mustWait = !queue.isEmpty
    queue.append(record)
    if !mustWait { try flush() }
  }

  /// Gives the client up: what waits for it goes, and the reason is the last that it hears.
  func drop(_ reason: String) throws(SystemError) {
    isAttached = false
    streams = []
    queue.clear()
    try send(.dropped(reason))
    try closeWhenSent()
  }

  /// Closes the connection behind what waits.
  func closeWhenSent() throws(SystemError) {
    closesWhenSent = true
    if queue.isEmpty { try close() }
  }

  /// Stops or goes on reading messages.
  func setReading(_ reads: Bool) throws(SystemError) {
    guard isOpen, reads != readsMessages else { return }
    readsMessages = reads
    try updateInterest()
  }

  func ready(_ readiness: Readiness) throws(SystemError) {
    if readiness.contains(.write) { try flush() }
    if readiness.contains(.read), readsMessages {
      _ = try readMessage()
    } else if !readiness.isDisjoint(with: [.hangUp, .error]) {
      // The peer has gone, and it is of no use to wait any longer: what it had sent is still there, then its end.
      while try readMessage() {}
    }
  }

  /// Reads one message, or the end.
  /// - Returns: whether there may be more.
  private func readMessage() throws(SystemError) -> Bool {
    guard isOpen, let record = try receive() else { return false }
    // A client that does not keep the protocol is not spoken to any more.
    guard let message = Self.message(in: record) else {
      try close()
      return false
    }
    try owner.received(message, from: self)
    return isOpen
  }

  /// One record, empty at the end; nil when there is none now.
  private func receive() throws(SystemError) -> [UInt8]? {
    do throws(SystemError) {
      var received = try receiveDescriptor(
        over: source.descriptor, limit: MessageFormat.maximumRecord + 1)
      passed = received.descriptor.take()
      return received.bytes
    } catch {
      switch error.code {
      case ErrorCode.again: return nil
      // Told once, ahead of what had been sent before the connection broke (see ShimConnection.receive).
      case ErrorCode.connectionReset: return try receive()
      default: throw error
      }
    }
  }

  private static func message(in record: [UInt8]) -> ShimMessage? {
    do throws(ShimProtocolError) {
      return record.isEmpty ? nil : try ShimMessage(decoding: record)
    } catch { return nil }
  }

  private func flush() throws(SystemError) {
    let progress: SendQueue.Progress
    do throws(SystemError) { progress = try queue.flush(to: source.descriptor) } catch {
      // EPIPE, ECONNRESET: nobody is there to be told. The end itself is noticed by reading.
      if closesWhenSent { try close() } else { try updateInterest() }
      return try owner.caughtUp(self)
    }
    if progress.hasTaken { hasTaken = true }
    if queue.isEmpty, closesWhenSent { return try close() }
    try updateInterest()
    if progress.hasCaughtUp { try owner.caughtUp(self) }
  }

  private func updateInterest() throws(SystemError) {
    guard isOpen else { return }
    var interest: Readiness = []
    if readsMessages { interest.insert(.read) }
    if !queue.isEmpty { interest.insert(.write) }
    try source.watch(interest, self)
  }

  /// The descriptor that came with the message that is being handled.
  func takePassed() -> OwnedDescriptor? { passed.take() }

  /// Ends the connection at once.
  func close() throws(SystemError) {
    guard isOpen else { return }
    isOpen = false
    queue.clear()
    try source.ignore()
    try owner.disconnected(self)
  }
}
