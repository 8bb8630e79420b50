package import Addresses

/// One container port that `-p` publishes.
package struct PortBinding: Hashable, Sendable {
  /// The host's address; nil for what the settings say, else all.
  package let host: IPAddress?
  /// Where on the host: one number, or several of which any free one will do; nil for one of the engine's choice.
  package let hostPorts: ClosedRange<UInt16>?
  /// The container's.
  package let container: ContainerPort

  /// Makes a binding from values that are known to be right.
  package init(host: IPAddress? = nil, hostPorts: ClosedRange<UInt16>? = nil, container: ContainerPort) {
    self.host = host
    self.hostPorts = hostPorts
    self.container = container
  }

  /// Reads a value of `--publish`: `[[ip:][hostPort]:]containerPort[/protocol]`, ranges on both sides, an IPv6 address in
  /// brackets; or `target=80,published=8080,protocol=udp`. A range gives a binding for each port.
  /// - Throws: `OptionError` with docker's words (go-connections, nat.ParsePortSpec; docker/cli, opts/port.go).
  package static func read(_ value: String) throws(OptionError) -> [PortBinding] {
    func problem(_ text: String) -> OptionError { OptionError("--publish", value, text) }
    if value.utf8.contains(UInt8(ascii: "=")) { return try read(pairs: value) }
    var parts = value.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    let (port, proto) = try split(protocolOf: parts.removeLast(), in: value)
    let hostPort = parts.popLast() ?? ""
    var host: IPAddress?
    if !parts.isEmpty, parts != [""] {
      var text = parts.joined(separator: ":")
      let isBracketed = text.hasPrefix("[") && text.hasSuffix("]")
      if isBracketed { text = String(text.dropFirst().dropLast()) }
      guard let address = IPAddress(text), isBracketed ? address.family == .v6 : true else {
        throw problem("invalid IP address: \(text)")
      }
      guard isBracketed || address.family == .v4 else {
        throw problem("an IPv6 address stands in brackets: [\(address)]")
      }
      host = address
    }
    guard !port.isEmpty else { throw problem("no port specified: \(value)<empty>") }
    guard let inside = PortRange.read(port), inside.lowerBound > 0 else {
      throw problem("invalid containerPort: \(port)")
    }
    return try pair(host, hostPort, inside, port, proto, value)
  }

  private static func pair(
    _ host: IPAddress?, _ hostPort: String, _ inside: ClosedRange<UInt16>, _ port: String,
    _ proto: PortProtocol, _ value: String
  ) throws(OptionError) -> [PortBinding] {
    // Zero stands for any, as without a number.
    guard !hostPort.isEmpty, hostPort != "0" else {
      return inside.map { PortBinding(host: host, container: ContainerPort($0, proto)) }
    }
    guard let outside = PortRange.read(hostPort), outside.lowerBound > 0 else {
      throw OptionError("--publish", value, "invalid hostPort: \(hostPort)")
    }
    if inside.count == 1 {
      return [
        PortBinding(host: host, hostPorts: outside, container: ContainerPort(inside.lowerBound, proto))
      ]
    }
    guard inside.count == outside.count else {
      throw OptionError(
        "--publish", value,
        "invalid ranges specified for container and host Ports: \(port) and \(hostPort)")
    }
    return zip(inside, outside).map {
      PortBinding(host: host, hostPorts: $1...$1, container: ContainerPort($0, proto))
    }
  }

  private static func split(
    protocolOf text: String, in value: String
  ) throws(OptionError) -> (port: String, PortProtocol) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts[1].isEmpty else { return (parts[0], .tcp) }
    guard let proto = PortProtocol(name: parts[1]) else {
      throw OptionError("--publish", value, "invalid proto: \(parts[1])")
    }
    return (parts[0], proto)
  }

  private static func read(pairs value: String) throws(OptionError) -> [PortBinding] {
    var (target, published, proto) = ("", "", PortProtocol.tcp)
    for field in value.split(separator: ",", omittingEmptySubsequences: false) {
      let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, !parts[1].isEmpty else {
        throw OptionError(
          "--publish", value, "invalid publish opts format (should be name=value but got '\(field)')")
      }
      switch parts[0] {
      case "target": target = parts[1]
      case "published": published = parts[1]
      case "protocol":
        guard let found = PortProtocol(name: parts[1]) else {
          throw OptionError("--publish", value, "invalid proto: \(parts[1])")
        }
        proto = found
      default:
        throw OptionError(
          "--publish", value, "unknown key \(quoted(parts[0])); expected target, published or protocol")
      }
    }
    guard let inside = PortRange.read(target), inside.lowerBound > 0 else {
      throw OptionError("--publish", value, "invalid containerPort: \(target)")
    }
    return try pair(nil, published, inside, target, proto, value)
  }
}

extension ContainerPort {
  /// Reads a value of `--expose`, and an image's exposed port: `80`, `53/udp`, `3000-3010`.
  /// - Throws: `OptionError` with docker's words.
  package static func read(exposed value: String, option: String = "--expose") throws(OptionError)
    -> [ContainerPort]
  {
    let parts = value.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let proto = parts.count == 2 ? PortProtocol(name: parts[1].isEmpty ? "tcp" : parts[1]) : .tcp
    guard let proto else { throw OptionError(option, value, "invalid proto: \(parts[1])") }
    guard let range = PortRange.read(parts[0]), range.lowerBound > 0 else {
      throw OptionError(
        option, value,
        option == "--expose" ? "invalid range format for --expose: \(value)" : "invalid port: \(value)")
    }
    return range.map { ContainerPort($0, proto) }
  }
}

/// One port's number or several: `80`, `8000-8010`.
package enum PortRange {
  /// Reads it; nil for what is no range, or runs backwards, or leaves 0…65535.
  package static func read(_ text: String) -> ClosedRange<UInt16>? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count <= 2, let first = parts.first, let last = parts.last, let low = number(first),
      let high = number(last), low <= high
    else { return nil }
    return low...high
  }

  private static func number(_ text: Substring) -> UInt16? {
    text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ? UInt16(text) : nil
  }
}
