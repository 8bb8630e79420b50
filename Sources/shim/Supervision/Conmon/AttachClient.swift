internal import LinuxSystem
internal import ShimProtocol

/// Who a client of the attach socket speaks to.
protocol AttachOwner: AnyObject {
  /// Bytes for the process have come.
  func received(_ input: [UInt8], from client: AttachClient) throws(SystemError)
  /// The client sends nothing any more; it may still read.
  func inputEnded(_ client: AttachClient) throws(SystemError)
  /// The connection has ended.
  func disconnected(_ client: AttachClient) throws(SystemError)
  /// The client has taken nearly all of what waited for it.
  func caughtUp(_ client: AttachClient) throws(SystemError)
}

/// One connection of conmon's attach socket (SOCK_SEQPACKET), with a queue of its own.
///
/// What the client sends is input, as it is. What it gets are records of one byte for the stream, 2 for stdout and 3 for
/// stderr, and at most 8192 bytes: podman reads into a buffer of just that size (libpod, `oci_conmon_attach_common.go`).
final class AttachClient: EventHandler {
  private static let longestInput = 64 * 1024
  private static let longestOutput = 8192

  private let source: EventSource
  private unowned let owner: any AttachOwner
  private var queue = SendQueue()
  private var mayRead = true
  private var closesWhenSent = false
  private(set) var hasEndedInput = false
  private(set) var isOpen = true
  /// Whether it has taken something since this was last set to false.
  var hasMoved = false

  init(_ socket: consuming OwnedDescriptor, _ reactor: Reactor, owner: any AttachOwner) throws(SystemError) {
    self.owner = owner
    source = try EventSource(socket, reactor)
    try source.watch(.read, self)
  }

  /// Whether more waits for it than may wait.
  var isBehind: Bool { queue.isBehind }

  /// Output as records for any number of clients.
  static func records(_ stream: OutputStream, _ payload: ArraySlice<UInt8>) -> [[UInt8]] {
    var records: [[UInt8]] = []
    var rest = payload
    while !rest.isEmpty {
      records.append([stream == .output ? 2 : 3] + rest.prefix(longestOutput))
      rest = rest.dropFirst(longestOutput)
    }
    return records
  }

  /// Sends records, now or when the client takes them.
  func send(_ records: [[UInt8]]) throws(SystemError) {
    guard isOpen, !closesWhenSent else { return }
    let mustWait = !queue.isEmpty
    for record in records { queue.append(record) }
    if !mustWait { try flush() }
  }

  /// Closes the connection behind what waits.
  func closeWhenSent() throws(SystemError) {
    closesWhenSent = true
    if queue.isEmpty { try close() }
  }

  /// Stops or goes on reading input.
  func setReading(_ reads: Bool) throws(SystemError) {
    guard isOpen, reads != mayRead else { return }
    mayRead = reads
    try updateInterest()
  }

  func ready(_ readiness: Readiness) throws(SystemError) {
    if readiness.contains(.write) { try flush() }
    if readiness.contains(.read), mayRead, !hasEndedInput {
      _ = try readInput()
    } else if !readiness.isDisjoint(with: [.hangUp, .error]) {
      // What it sent before it went is still there.
      while try readInput() {}
      try close()
    }
  }

  /// Takes one record.
  /// - Returns: whether there may be more.
  private func readInput() throws(SystemError) -> Bool {
    guard isOpen, !hasEndedInput else { return false }
    let record: [UInt8]
    do throws(SystemError) { record = try receiveRecord(source.descriptor, limit: Self.longestInput) } catch {
      // Anything but "not now": it has gone without taking all of its output.
      if error.code != ErrorCode.again { try close() }
      return false
    }
    if record.isEmpty {
      try endInput()
      try updateInterest()
    } else {
      try owner.received(record, from: self)
    }
    return !record.isEmpty
  }

  private func endInput() throws(SystemError) {
    guard !hasEndedInput else { return }
    hasEndedInput = true
    try owner.inputEnded(self)
  }

  private func flush() throws(SystemError) {
    let progress: SendQueue.Progress
    do throws(SystemError) { progress = try queue.flush(to: source.descriptor) } catch {
      // Nobody is there to read.
      return try close()
    }
    if progress.hasTaken { hasMoved = true }
    if queue.isEmpty, closesWhenSent { return try close() }
    try updateInterest()
    if progress.hasCaughtUp { try owner.caughtUp(self) }
  }

  private func updateInterest() throws(SystemError) {
    guard isOpen else { return }
    var interest: Readiness = []
    if mayRead, !hasEndedInput { interest.insert(.read) }
    if !queue.isEmpty { interest.insert(.write) }
    try source.watch(interest, self)
  }

  /// Ends the connection at once.
  func close() throws(SystemError) {
    guard isOpen else { return }
    isOpen = false
    queue.clear()
    try source.ignore()
    try endInput()
    try owner.disconnected(self)
  }
}
