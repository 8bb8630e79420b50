package import LinuxSystem

/// One network as the database knows it. What is not of the database's concern (addresses, labels) is text.
package struct NetworkRecord: Sendable, Equatable {
  /// 64 hex digits.
  package let id: String
  /// Unique.
  package let name: String
  /// `bridge`, `macvlan` or `ipvlan`.
  package let driver: String
  /// The bridge's name on the host; unique. Of the other drivers, what their parent is called when none is given.
  package let bridge: String
  /// Its IPv4 addresses.
  package let subnet4: SubnetRecord
  /// Its IPv6 addresses; nil without.
  package let subnet6: SubnetRecord?
  /// Whether nothing goes out or in.
  package let isInternal: Bool
  /// Whether its containers may speak with each other.
  package let isOpen: Bool
  /// In bytes; nil is the kernel's choice.
  package let mtu: Int64?
  /// The driver's options as given, the engine's JSON document.
  package let options: String
  /// Likewise.
  package let labels: String
  /// Addresses of the subnets that are somebody else's, by name; the engine's JSON document.
  package let auxiliary: String
  /// When it was made.
  package let createdAt: Timestamp

  /// A network's addresses of one family.
  package struct SubnetRecord: Sendable, Equatable {
    /// As `172.17.0.0/16`.
    package let subnet: String
    /// nil is the subnet's first.
    package let gateway: String?
    /// Where containers' addresses come from; nil is all of the subnet.
    package let range: String?

    package init(subnet: String, gateway: String? = nil, range: String? = nil) {
      self.subnet = subnet
      self.gateway = gateway
      self.range = range
    }
  }

  package init(
    id: String, name: String, driver: String = "bridge", bridge: String, subnet4: SubnetRecord,
    subnet6: SubnetRecord? = nil, isInternal: Bool = false, isOpen: Bool = true, mtu: Int64? = nil,
    options: String, labels: String, auxiliary: String = "{}", createdAt: Timestamp
  ) {
    self.id = id
    self.name = name
    self.driver = driver
    self.bridge = bridge
    self.subnet4 = subnet4
    self.subnet6 = subnet6
    self.isInternal = isInternal
    self.isOpen = isOpen
    self.mtu = mtu
    self.options = options
    self.labels = labels
    self.auxiliary = auxiliary
    self.createdAt = createdAt
  }
}

/// A container's end of a network.
package struct EndpointRecord: Sendable, Equatable {
  /// 64 hex digits.
  package let id: String
  package let containerID: String
  package let networkID: String
  /// Its place among the container's: `eth0` is 0.
  package let position: Int
  /// The address that was asked for; nil takes any.
  package let wanted4: String?
  /// Likewise.
  package let wanted6: String?
  /// The hardware address that was asked for; nil makes one of the address.
  package let wantedMAC: String?
  /// The other names it has on the network, separated by spaces.
  package let aliases: String
  /// What it has, or had the last time.
  package var address4: String?
  /// Likewise.
  package var address6: String?
  /// Likewise.
  package var mac: String?
  /// The host's end of its pair.
  package var veth: String?
  /// Whether the container has it now: it runs, or is about to.
  package var isHeld = false
  /// Whether it is being put on a running container, or taken off: what stays so has been given up by somebody killed.
  package var isMoving = false

  package init(
    id: String, containerID: String, networkID: String, position: Int, wanted4: String? = nil,
    wanted6: String? = nil, wantedMAC: String? = nil, aliases: String = ""
  ) {
    self.id = id
    self.containerID = containerID
    self.networkID = networkID
    self.position = position
    self.wanted4 = wanted4
    self.wanted6 = wanted6
    self.wantedMAC = wantedMAC
    self.aliases = aliases
  }
}
