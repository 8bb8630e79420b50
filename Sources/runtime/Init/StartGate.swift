package import LinuxSystem

/// Between `create` and `start` the container waits at a gate: a listening Unix socket in the container's directory,
/// held open by init. Whoever knocks and says `proceed` starts it, and learns over the same connection whether exec
/// worked: the connection is close-on-exec, so its end without a failure record is success (decisions/0003).
package enum StartGate {
  /// The socket's name in the container's directory.
  package static let name = "start"

  /// Init's side: waits until somebody says `proceed`. One who connects and leaves (a `state` that only asks whether
  /// somebody listens) does not start anything.
  /// - Returns: the connection to report a failed exec on.
  static func wait(at gate: borrowing OwnedDescriptor) throws(SystemError) -> OwnedDescriptor {
    while true {
      let visitor = try acceptConnection(gate)
      do throws(SystemError) {
        if try InitRecord.receive(over: visitor) == .proceed { return visitor }
      } catch {
        // A visitor that broke off (ECONNRESET) or sent something else: wait for the next.
        continue
      }
    }
  }

  /// What is known about a gate from outside.
  package enum Position: Sendable { case waiting, passed }

  /// Whether init still waits. Connects and leaves again.
  package static func position(_ path: String) throws(SystemError) -> Position {
    do throws(SystemError) {
      let visit = try connectToSocket(path, kind: .sequencedPacket)
      return visit.raw >= 0 ? .waiting : .passed
    } catch {
      if error.code == ErrorCode.noEntry || error.code == ErrorCode.connectionRefused { return .passed }
      throw error
    }
  }

  /// How starting ended.
  package enum Outcome: Sendable, Equatable {
    case executed
    /// `output` is what a failed hook has written.
    case failed(step: Int, code: Int32, output: String?)
  }

  /// `start`'s side: opens the gate and waits until the program has been executed or could not be.
  /// - Parameter hand: hands the listener of a filter, init's descriptor of this number, to its agent.
  /// - Throws: `SystemError`; ENOENT or ECONNREFUSED when nobody waits there.
  package static func open(
    _ path: String, listener hand: (Int32) throws(SystemError) -> Void = { _ throws(SystemError) in }
  ) throws(SystemError) -> Outcome {
    let connection = try connectToSocket(path, kind: .sequencedPacket)
    try InitRecord.proceed.send(over: connection)
    var output: String?
    while let record = try InitRecord.receive(over: connection, output: &output) {
      switch record {
      case .failure(let step, let code): return .failed(step: step, code: code, output: output)
      case .listener(let number):
        try hand(number)
        try InitRecord.proceed.send(over: connection)
      case .waiting, .proceed, .ready, .networkIsUp: return .executed
      }
    }
    return .executed
  }
}
