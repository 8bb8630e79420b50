package import Addresses

/// One `--network`: a mode, or a network and how the container is on it.
package struct NetworkOption: Hashable, Sendable {
  /// Which.
  package var mode: NetworkMode
  /// The IPv4 address; nil takes any.
  package var address4: IPAddress?
  /// The IPv6 address; nil takes any.
  package var address6: IPAddress?
  /// The hardware address; nil makes one of the address.
  package var mac: MACAddress?
  /// Its other names there.
  package var aliases: [String] = []

  package init(_ mode: NetworkMode) { self.mode = mode }

  /// Reads a value of `--network`: a name, or `name=NET,alias=…,ip=…,ip6=…,mac-address=…` (docker/cli, opts/network.go).
  /// - Throws: `OptionError`.
  package init(_ value: String) throws(OptionError) {
    func problem(_ text: String) -> OptionError { OptionError("--network", value, text) }
    guard value.utf8.contains(UInt8(ascii: "=")) else {
      guard let mode = NetworkMode(rawValue: value) else {
        throw problem("expected bridge, none, host, container:NAME or a network's name")
      }
      self.init(mode)
      return
    }
    var name: String?
    var found = NetworkOption(.none)
    for field in value.split(separator: ",", omittingEmptySubsequences: false) {
      let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2 else { throw problem("invalid field \(quoted(String(field)))") }
      switch parts[0].lowercased() {
      case "name": name = parts[1]
      case "alias": found.aliases.append(try Self.alias(parts[1]))
      case "ip": found.address4 = try Self.address(parts[1], .v4, "--network")
      case "ip6": found.address6 = try Self.address(parts[1], .v6, "--network")
      case "mac-address": found.mac = try Self.mac(parts[1], "--network")
      default:
        throw problem("invalid field key \(parts[0]); expected name, alias, ip, ip6 or mac-address")
      }
    }
    guard let name, let mode = NetworkMode(rawValue: name) else { throw problem("network name is missing") }
    found.mode = mode
    self = found
  }

  /// Reads an address of one family: `--ip`, `--ip6`.
  package static func address(
    _ text: String, _ family: IPFamily, _ option: String
  ) throws(OptionError) -> IPAddress {
    guard let address = IPAddress(text), address.family == family, !address.isUnspecified else {
      throw OptionError(option, text, "invalid \(family == .v4 ? "IPv4" : "IPv6") address")
    }
    return address
  }

  /// Reads `--mac-address`.
  package static func mac(_ text: String, _ option: String) throws(OptionError) -> MACAddress {
    guard let mac = MACAddress(text), !mac.isMulticast else {
      throw OptionError(option, text, "\(text) is not a valid mac address")
    }
    return mac
  }

  /// Reads `--network-alias`.
  package static func alias(_ text: String) throws(OptionError) -> String {
    guard NetworkName.isName(text) else {
      throw OptionError("--network-alias", text, "an alias matches [a-zA-Z0-9][a-zA-Z0-9_.-]*")
    }
    return text
  }
}
