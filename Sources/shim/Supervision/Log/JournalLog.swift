internal import LinuxSystem
internal import ShimProtocol

/// A log in systemd's journal: one record for each entry, by its native protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL),
/// under the field names of docker's journald driver (moby, daemon/logger/journald).
final class JournalLog: ContainerLog {
  /// How long the journal may take nothing at all before the log ends: the shim has one thread, and a container must
  /// stay in reach.
  static let patienceSeconds: Int64 = 5

  private let path: String
  private var socket: OwnedDescriptor
  private var output = LogLines()
  private var error = LogLines()
  private let outputFields: [UInt8]
  private let errorFields: [UInt8]
  private(set) var failure: String?

  /// Connects to the journal.
  /// - Parameter fields: what every record carries beside the container's id.
  /// - Throws: `SystemError` when no journal is there.
  init(
    id: String, _ fields: [LogOptions.Field], path: String = "/run/systemd/journal/socket"
  ) throws(SystemError) {
    self.path = path
    var common: [UInt8] = []
    let own = [
      LogOptions.Field("CONTAINER_ID", String(id.prefix(12))), LogOptions.Field("CONTAINER_ID_FULL", id),
    ]
    for field in own + fields {
      JournalRecord.append(field.name, Array(field.value.utf8)[...], to: &common)
    }
    // syslog(3): LOG_INFO and LOG_ERR.
    outputFields = Array("PRIORITY=6\n".utf8) + common
    errorFields = Array("PRIORITY=3\n".utf8) + common
    socket = try Self.connect(path)
  }

  func write(_ stream: OutputStream, _ payload: ArraySlice<UInt8>) {
    switch stream {
    case .output: output.take(payload) { send(outputFields, $0, isEnded: $1) }
    case .error: error.take(payload) { send(errorFields, $0, isEnded: $1) }
    }
  }

  func end() {
    output.end { send(outputFields, $0, isEnded: $1) }
    error.end { send(errorFields, $0, isEnded: $1) }
  }

  func close(isKept: Bool, _ done: @escaping () throws(SystemError) -> Void) throws(SystemError) {
    try done()
  }

  func reopen() {
    guard failure == nil else { return }
    do throws(SystemError) { socket = try Self.connect(path) } catch { fail(error) }
  }

  private func send(_ fields: [UInt8], _ text: ArraySlice<UInt8>, isEnded: Bool) {
    guard failure == nil else { return }
    let record = JournalRecord.bytes(fields, text, isEnded: isEnded)
    do throws(SystemError) {
      do throws(SystemError) { try send(record) } catch {
        guard Self.isGone(error.code) else { throw error }
        // The journal was started anew, and with it its socket.
        socket = try Self.connect(path)
        try send(record)
      }
    } catch { fail(error) }
  }

  private func send(_ record: [UInt8]) throws(SystemError) {
    do throws(SystemError) { try sendRecord(socket, record) } catch {
      guard error.code == ErrorCode.messageSize || error.code == ErrorCode.noBuffers else { throw error }
      // What a datagram does not hold goes as a sealed file in memory.
      try sendDescriptor(try makeSealedMemoryFile("journal", record), with: [], over: socket)
    }
  }

  private func fail(_ error: SystemError) {
    let reason =
      error.code == ErrorCode.again
      ? "the journal took nothing for \(Self.patienceSeconds) seconds" : "\(error)"
    failure = "log: \(reason); output from \(Timestamp.now()) on is not in it"
  }

  private static func isGone(_ code: Int32) -> Bool {
    [
      ErrorCode.connectionRefused, ErrorCode.connectionReset, ErrorCode.notConnected, ErrorCode.brokenPipe,
    ].contains(code)
  }

  private static func connect(_ path: String) throws(SystemError) -> OwnedDescriptor {
    let socket = try connectToSocket(path, kind: .datagram)
    try setSendTimeout(socket, seconds: patienceSeconds)
    return socket
  }
}
