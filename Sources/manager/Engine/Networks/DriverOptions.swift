internal import JSONDocument
internal import NetworkProtocol
internal import Store

/// What `--opt` says of a network, by its driver.
struct DriverOptions {
  /// The bridge's name, or the parent's; nil is one of the engine's choice.
  var device: String?
  /// `macvlan_mode`, `ipvlan_mode`.
  var mode: String
  var mtu: Int64?
  var isOpen = true
  /// Whether what leaves does so under the host's address.
  var isHidden = true

  private let driver: String

  /// Reads them by docker's long names and the short ones (moby, daemon/libnetwork/drivers: bridge, macvlan, ipvlan).
  /// - Throws: `EngineError` for a value that cannot be, and for what is not honoured.
  init(_ driver: String, _ options: [String: String]) throws(EngineError) {
    self.driver = driver
    mode = driver == "ipvlan" ? "l2" : "bridge"
    for (name, value) in options.sorted(by: { $0.key < $1.key }) {
      if let problem = read(name, value) {
        throw EngineError(.invalid, "--opt \(name)=\(value): \(problem)")
      }
    }
  }

  /// - Returns: what is wrong.
  private mutating func read(_ name: String, _ value: String) -> String? {
    if ["mtu", "com.docker.network.driver.mtu"].contains(name) {
      guard let bytes = Int64(value), (68...65535).contains(bytes) else {
        return "expected bytes, 68 to 65535"
      }
      mtu = bytes
      return nil
    }
    switch driver {
    case "macvlan":
      return readChild(name, value, modeName: "macvlan_mode", ["bridge", "private", "vepa", "passthru"])
    case "ipvlan": return readChild(name, value, modeName: "ipvlan_mode", ["l2", "l3", "l3s"])
    default: return readBridge(name, value)
    }
  }

  private mutating func readBridge(_ name: String, _ value: String) -> String? {
    let prefix = "com.docker.network.bridge."
    switch name.hasPrefix(prefix) ? String(name.dropFirst(prefix.utf8.count)) : name {
    case "name":
      device = value
      return Self.nameFault(value)
    case "icc", "enable_icc":
      guard let flag = Self.truth(value) else { return "expected true or false" }
      isOpen = flag
    case "enable_ip_masquerade":
      guard let flag = Self.truth(value) else { return "expected true or false" }
      isHidden = flag
    case "gateway_mode_ipv4", "gateway_mode_ipv6":
      guard value == "nat" else { return "there is nat only" }
    case "host_binding_ipv4":
      return "where ports are published is said with each port: -p ADDRESS:PORT:PORT"
    default:
      return "unknown option of the driver bridge; expected name, mtu, icc or enable_ip_masquerade"
    }
    return nil
  }

  private mutating func readChild(
    _ name: String, _ value: String, modeName: String, _ modes: [String]
  ) -> String? {
    switch name {
    case "parent":
      device = value
      if value == "lo" { return "loopback interface is not a valid \(driver) parent link" }
      return Self.nameFault(value)
    case modeName, "mode":
      guard modes.contains(value) else { return "expected one of \(modes.joined(separator: ", "))" }
      mode = value
    case "ipvlan_flag" where driver == "ipvlan":
      guard value == "bridge" else { return "there is bridge only" }
    default: return "unknown option of the driver \(driver); expected parent, \(modeName) or mtu"
    }
    return nil
  }

  private static func nameFault(_ value: String) -> String? {
    let allowed = value.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7f && $0 != 0x2f && $0 != 0x3a }
    return (1...15).contains(value.utf8.count) && allowed && value != "." && value != ".."
      ? nil : "a device's name has 1 to 15 bytes, no space, slash or colon"
  }

  private static func truth(_ value: String) -> Bool? {
    ["true": true, "1": true, "false": false, "0": false][value.lowercased()]
  }

  /// As `apus-network` is told.
  /// - Parameter own: the network's own name on the host, the parent's where none is given.
  func order(_ own: String) -> NetworkDriver {
    switch driver {
    case "macvlan": .macvlan(parent: device ?? own, mode: mode)
    case "ipvlan": .ipvlan(parent: device ?? own, mode: mode)
    default: .bridge
    }
  }

  /// Why containers cannot stand on the parent; nil when they can.
  /// - Parameters:
  ///   - devices: the host's.
  ///   - others: the networks there are.
  func parentFault(devices: [String], _ others: [NetworkRecord]) -> String? {
    guard driver != "bridge", let parent = device else { return nil }
    let base = parent.lastIndex(of: ".").flatMap { dot in
      UInt16(parent[parent.index(after: dot)...]).flatMap {
        (1...4094).contains($0) ? String(parent[..<dot]) : nil
      }
    }
    guard devices.contains(parent) || base.map(devices.contains) ?? false else {
      return
        "--opt parent=\(parent): there is no network device \(base ?? parent); give one that is there, or "
        + "eth0.10 for what has VLAN tag 10 on eth0"
    }
    // The kernel keeps one kind of devices on a parent, and of ipvlan one mode; in passthru mode one device.
    for other in others {
      guard let found = other.order?.driver, found.parent == parent else { continue }
      let isSame = found == order(parent) || (driver == "macvlan" && found.name == driver)
      guard !isSame || mode == "passthru" || found == .macvlan(parent: parent, mode: "passthru") else {
        continue
      }
      return "network \(other.name) is already using parent interface \(parent)"
    }
    return nil
  }
}

extension NetworkRecord {
  /// What `--opt` said.
  var driverOptions: DriverOptions? {
    do throws(EngineError) { return try DriverOptions(driver, try storedTexts(options)) } catch { return nil }
  }
}

/// An object of strings as a row has it.
func storedTexts(_ document: String) throws(EngineError) -> [String: String] {
  do throws(DocumentError) {
    let value = try JSON.parse(Array(document.utf8), file: "network")
    return Dictionary((value.object?.members ?? []).map { ($0.key, $0.value.string ?? "") }) { $1 }
  } catch { throw EngineError(.failed, error.description) }
}
