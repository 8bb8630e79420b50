package import LinuxSystem

/// Why a conversation over a bus failed.
package enum BusError: Error, Equatable, CustomStringConvertible {
  /// A call to the kernel.
  case failed(SystemError)
  /// The address of the bus is missing or of a kind that is not understood.
  case address(String)
  /// The bus does not let us in.
  case rejected(String)
  /// What arrived is no message.
  case malformed(String)
  /// The peer answered with an error: its name and its words.
  case answered(name: String, message: String)
  /// Nothing came in time.
  case timedOut(seconds: Int64)

  package var description: String {
    switch self {
    case .failed(let error): "\(error)"
    case .address(let problem): problem
    case .rejected(let line): "the bus refused us: \(line)"
    case .malformed(let problem): "the bus sent what is no message: \(problem)"
    case .answered(let name, let message): message.isEmpty ? name : message
    case .timedOut(let seconds): "no answer within \(seconds) seconds"
    }
  }
}
