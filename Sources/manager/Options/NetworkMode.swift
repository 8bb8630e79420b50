/// The network a container gets: `--network`.
package enum NetworkMode: RawRepresentable, Codable, Hashable, Sendable {
  /// A network namespace of its own in which only `lo` is up.
  case none
  /// The host's.
  case host
  /// Another container's: a name, or an id.
  case container(String)
  /// A network by its name or id; `bridge` is there without being made.
  case named(String)

  /// The network that is always there.
  package static let bridge = NetworkMode.named("bridge")

  /// As the flag has it.
  package var rawValue: String {
    switch self {
    case .none: "none"
    case .host: "host"
    case .container(let name): "container:\(name)"
    case .named(let name): name
    }
  }

  /// Reads what `rawValue` wrote; nil for what is no network's name.
  package init?(rawValue: String) {
    switch rawValue {
    case "none": self = .none
    case "host": self = .host
    // docker's other name for it (moby, api/types/container: NetworkMode.IsDefault).
    case "default": self = .bridge
    case _ where rawValue.hasPrefix("container:"):
      let name = String(rawValue.dropFirst("container:".utf8.count))
      guard !name.isEmpty else { return nil }
      self = .container(name)
    default:
      guard NetworkName.isName(rawValue), rawValue != "container" else { return nil }
      self = .named(rawValue)
    }
  }
}
