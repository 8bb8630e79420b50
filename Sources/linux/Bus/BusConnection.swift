internal import LinuxSystem

/// A connection to a message bus, for one conversation with a time limit: calls one after another, and signals that
/// come meanwhile are kept for whoever waits for them.
///
/// The peer is not trusted: what it sends is bounded in size and number, and a signal only counts when it comes from the
/// one that answered the calls.
package struct BusConnection: ~Copyable {
  private let socket: OwnedDescriptor
  private let loop: EventLoop
  private let timer: Timer
  private let limit: Duration
  private var input: [UInt8] = []
  private var serial: UInt32 = 0
  private var signals: [BusMessage] = []

  private static let socketToken: UInt64 = 0
  private static let timerToken: UInt64 = 1
  /// systemd tells every subscriber of every job; more than this while we wait means that something is wrong.
  private static let mostSignals = 4096

  /// Connects, says who we are, and gets a name on the bus.
  /// - Parameters:
  ///   - path: the bus's socket.
  ///   - limit: for the whole conversation.
  package static func open(
    _ path: String, limit: Duration = .seconds(30)
  ) throws(BusError) -> BusConnection {
    let socket = try orFailed { () throws(SystemError) in try connectToSocket(path, kind: .stream) }
    return try open(over: socket, limit: limit)
  }

  /// The same over a socket that is connected.
  static func open(
    over socket: consuming OwnedDescriptor, limit: Duration
  ) throws(BusError) -> BusConnection {
    let loop = try orFailed { () throws(SystemError) in try EventLoop() }
    let timer = try orFailed { () throws(SystemError) in try Timer() }
    try orFailed { () throws(SystemError) in
      try timer.arm(after: limit)
      try loop.watch(timer.descriptor, for: .read, token: timerToken)
    }
    try watch(socket, loop)
    var connection = BusConnection(socket, loop, timer, limit)
    try connection.authenticate()
    try connection.call(
      "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "Hello")
    return connection
  }

  private static func watch(
    _ socket: borrowing OwnedDescriptor, _ loop: borrowing EventLoop
  ) throws(BusError) {
    do throws(SystemError) { try loop.watch(socket, for: .read, token: socketToken) } catch {
      throw .failed(error)
    }
  }

  private init(
    _ socket: consuming OwnedDescriptor, _ loop: consuming EventLoop, _ timer: consuming Timer,
    _ limit: Duration
  ) {
    self.socket = socket
    self.loop = loop
    self.timer = timer
    self.limit = limit
  }

  /// EXTERNAL: the kernel tells the bus who we are (D-Bus Specification, Authentication Mechanisms). We claim no
  /// identity of our own: in a user namespace our number is another than the one the bus sees.
  private mutating func authenticate() throws(BusError) {
    try send([0] + Array("AUTH EXTERNAL\r\nDATA\r\n".utf8))
    while true {
      let line = try receiveLine()
      if line.hasPrefix("OK ") || line == "OK" { break }
      guard line == "DATA" || line.hasPrefix("DATA ") else { throw .rejected(line) }
    }
    try send(Array("BEGIN\r\n".utf8))
  }

  private mutating func receiveLine() throws(BusError) -> String {
    while true {
      if let end = input.firstIndex(of: UInt8(ascii: "\n")) {
        let line = input[..<end].last == UInt8(ascii: "\r") ? input[..<(end - 1)] : input[..<end]
        defer { input.removeFirst(end + 1) }
        return String(decoding: line, as: UTF8.self)
      }
      guard input.count < 16384 else { throw .malformed("a line without an end") }
      try receiveMore()
    }
  }

  /// Calls a method and waits for the answer.
  /// - Returns: the whole answer, with its sender.
  /// - Throws: `BusError.answered` when the answer is an error.
  @discardableResult
  package mutating func call(
    _ destination: String, _ path: String, _ interface: String, _ member: String, _ body: [BusValue] = []
  ) throws(BusError) -> BusMessage {
    var message = BusMessage(.call)
    serial += 1
    message.serial = serial
    (message.destination, message.path, message.interface, message.member) = (
      destination, path, interface, member
    )
    message.body = body
    try send(message.encoded())
    while true {
      let received = try receive()
      switch received.kind {
      case .signal:
        signals.append(received)
        guard signals.count < BusConnection.mostSignals else { throw .malformed("too many signals") }
      case .answer where received.replySerial == serial: return received
      case .error where received.replySerial == serial:
        throw .answered(name: received.errorName ?? "error", message: received.body.first?.text ?? "")
      case .answer, .error, .call: continue
      }
    }
  }

  /// Waits for a signal, or takes one that came before.
  /// - Parameter matches: called once for each signal, in the order in which they came.
  package mutating func awaitSignal(_ matches: (BusMessage) -> Bool) throws(BusError) -> BusMessage {
    for (index, signal) in signals.enumerated() where matches(signal) {
      signals.removeSubrange(...index)
      return signal
    }
    signals = []
    while true {
      let received = try receive()
      if received.kind == .signal, matches(received) { return received }
    }
  }

  private mutating func receive() throws(BusError) -> BusMessage {
    while true {
      if let size = try BusMessage.size(input), input.count >= size {
        let bytes = Array(input[..<size])
        input.removeFirst(size)
        guard let message = try BusMessage.decode(bytes) else { continue }
        return message
      }
      try receiveMore()
    }
  }

  private mutating func receiveMore() throws(BusError) {
    let token = try orFailed { () throws(SystemError) in try loop.next()?.token }
    guard token == BusConnection.socketToken else { throw .timedOut(seconds: limit.components.seconds) }
    var count = 0
    do throws(SystemError) { count = try socket.read(into: &input, limit: 4096) } catch {
      throw .failed(error)
    }
    if count > 0 { return }
    throw .failed(SystemError("read", code: ErrorCode.connectionReset, subject: "bus"))
  }

  private func send(_ bytes: [UInt8]) throws(BusError) {
    try orFailed { () throws(SystemError) in
      var done = 0
      while done < bytes.count { done += try sendRecord(socket, Array(bytes[done...])) }
    }
  }
}

/// Runs `body`; a failed call of the kernel becomes the conversation's failure.
private func orFailed<Result: ~Copyable>(
  _ body: () throws(SystemError) -> Result
) throws(BusError) -> Result {
  do throws(SystemError) { return try body() } catch { throw .failed(error) }
}
