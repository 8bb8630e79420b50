package import JSONDocument

/// What a network's containers are joined by.
package enum NetworkDriver: Sendable, Equatable {
  /// A bridge of the host's, with rules.
  case bridge
  /// Devices with hardware addresses of their own on a parent; `private`, `vepa`, `bridge` or `passthru`.
  case macvlan(parent: String, mode: String)
  /// Devices that share their parent's hardware address; `l2`, `l3` or `l3s`.
  case ipvlan(parent: String, mode: String)

  /// As docker calls it.
  package var name: String {
    switch self {
    case .bridge: "bridge"
    case .macvlan: "macvlan"
    case .ipvlan: "ipvlan"
    }
  }

  /// What the containers' devices stand on; nil for a bridge, which is made.
  package var parent: String? {
    switch self {
    case .bridge: nil
    case .macvlan(let parent, _), .ipvlan(let parent, _): parent
    }
  }

  /// Whether containers send packets by their device to whoever it is, without asking for hardware addresses.
  package var isRouted: Bool {
    if case .ipvlan(_, let mode) = self { return mode != "l2" }
    return false
  }
}

extension NetworkDriver: DocumentReadable {
  /// Reads what `document` wrote.
  package init(reading members: MemberReader) throws(DocumentError) {
    let name: String = try members.read("driver") ?? "bridge"
    switch name {
    case "bridge": self = .bridge
    case "macvlan": self = .macvlan(parent: try members.read("parent"), mode: try members.read("mode"))
    case "ipvlan": self = .ipvlan(parent: try members.read("parent"), mode: try members.read("mode"))
    default:
      throw DocumentError(file: "request", path: [.member("driver")], rule: "\"\(name)\" is none")
    }
  }

  /// The members by which it is read.
  var members: [JSONObject.Member] {
    switch self {
    case .bridge: []
    case .macvlan(let parent, let mode), .ipvlan(let parent, let mode):
      [
        .init(key: "driver", value: .string(name)), .init(key: "parent", value: .string(parent)),
        .init(key: "mode", value: .string(mode)),
      ]
    }
  }
}
