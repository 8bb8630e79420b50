internal import JSONDocument
internal import LinuxSystem
internal import Netlink
internal import NetworkProtocol

/// `apus-network VERB`: one request as JSON on stdin, one answer as JSON on stdout; a failure is one line on stderr and
/// status 1 (spec/network-protocol.md). The only program of ours that speaks libmnl.
@main
struct NetworkProgram {
  static func main() {
    let arguments = Environment.arguments
    guard arguments.count == 2 else {
      StandardDescriptor.error.print(
        "apus-network: usage: apus-network attach|detach|publish|remove|inspect\n")
      exitImmediately(2)
    }
    do {
      let answer = try answer(to: arguments[1], try input())
      try StandardDescriptor.output.writeAll(JSON.write(answer) + [UInt8(ascii: "\n")])
      exitImmediately(0)
    } catch {
      StandardDescriptor.error.print("apus-network: \(error)\n")
      exitImmediately(status(of: error))
    }
  }

  private static func status(of error: any Error) -> Int32 {
    if let failure = error as? NetworkFailure, failure.isAboutOthers { return NetworkExit.isOthers }
    let code = (error as? NetlinkError)?.code ?? (error as? SystemError)?.code
    // Not there, not allowed, /proc/sys read-only.
    let missing = [
      ErrorCode.notSupported, ErrorCode.notPermitted, ErrorCode.access,
      ErrorCode.readOnly,
    ]
    return code.map { missing.contains($0) } == true ? NetworkExit.cannot : NetworkExit.failed
  }

  private static func answer(to verb: String, _ bytes: [UInt8]) throws -> JSONValue {
    switch verb {
    case "attach":
      return try Attach(JSON.read(AttachRequest.self, from: bytes, file: "request")).perform()
    case "detach":
      return try Detach(JSON.read(DetachRequest.self, from: bytes, file: "request")).perform()
    case "publish":
      return try publish(JSON.read(PublishRequest.self, from: bytes, file: "request"))
    case "remove":
      return try removeNetwork(JSON.read(RemoveNetworkRequest.self, from: bytes, file: "request"))
    case "inspect": return try inspect(JSON.read(InspectRequest.self, from: bytes, file: "request"))
    default:
      throw NetworkFailure("unknown verb \"\(verb)\"; expected attach, detach, publish, remove or inspect")
    }
  }

  private static func input() throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let chunk = try StandardDescriptor.input.readChunk(limit: 1 << 16)
      if chunk.isEmpty { return bytes }
      bytes += chunk
    }
  }
}

/// Why a request cannot be met; one line.
struct NetworkFailure: Error, CustomStringConvertible {
  let description: String
  /// Whether somebody else has what was asked for.
  let isAboutOthers: Bool

  init(_ description: String, isAboutOthers: Bool = false) {
    self.description = description
    self.isAboutOthers = isAboutOthers
  }
}
