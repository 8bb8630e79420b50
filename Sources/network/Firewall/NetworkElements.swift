package import Addresses
package import Netlink

/// A network as the rules know it.
package struct RuledNetwork: Sendable, Equatable {
  package var bridge: String
  package var subnets: [IPNetwork]
  /// Whether nothing goes out or in.
  package var isInternal = false
  /// Whether its containers may speak with each other (docker's `icc`).
  package var isOpen = true
  /// Whether what leaves it does so under the host's address.
  package var isHidden = true

  package init(
    bridge: String, subnets: [IPNetwork], isInternal: Bool = false, isOpen: Bool = true, isHidden: Bool = true
  ) {
    self.bridge = bridge
    self.subnets = subnets
    self.isInternal = isInternal
    self.isOpen = isOpen
    self.isHidden = isHidden
  }

  /// What stands in the rules' sets for it.
  package func elements() -> [(NFTSet, [NFTElement])] {
    let name = NFTKey.interface(bridge)
    var found = [(NetworkRules.bridges, [NFTElement(key: name)])]
    if isOpen { found.append((NetworkRules.open, [NFTElement(key: name + name)])) }
    if isInternal { found.append((NetworkRules.closed, [NFTElement(key: name)])) }
    for subnet in subnets {
      let sets = NetworkRules.sets(of: subnet.family)
      found.append(
        (sets.behind, [NFTElement(key: name + subnet.base.bytes, keyEnd: name + subnet.last.bytes)]))
      guard isHidden, !isInternal else { continue }
      var range = [NFTElement(key: subnet.base.bytes)]
      if let next = subnet.last.advanced(by: 1) { range.append(NFTElement(key: next.bytes, isEnd: true)) }
      found.append((sets.outward, range))
    }
    return found
  }
}

/// A port of a container that the host answers for.
package struct RuledPort: Sendable, Hashable {
  /// An address of the host's; unspecified for all of this family.
  package let host: IPAddress
  package let hostPort: UInt16
  package let proto: PortProtocol
  /// The container's address, of the same family.
  package let container: IPAddress
  package let containerPort: UInt16

  package init(
    host: IPAddress, _ hostPort: UInt16, _ proto: PortProtocol, to container: IPAddress,
    _ containerPort: UInt16
  ) {
    self.host = host
    self.hostPort = hostPort
    self.proto = proto
    self.container = container
    self.containerPort = containerPort
  }

  /// What stands in a map for it.
  package func element() -> (NFTSet, [NFTElement]) {
    let sets = NetworkRules.sets(of: container.family)
    let port = [[proto.rawValue], NFTKey.service(hostPort)]
    let key = host.isUnspecified ? port : [host.bytes] + port
    let value = NFTKey.bytes([container.bytes, NFTKey.service(containerPort)])
    return (
      host.isUnspecified ? sets.ports : sets.portsAt, [NFTElement(key: NFTKey.bytes(key), value: value)]
    )
  }

  /// The port that an element of one of the maps stands for; nil for what none of ours looks like.
  package init?(_ element: NFTElement, of set: NFTSet) {
    guard let family = [IPFamily.v4, .v6].first(where: { NetworkRules.sets(of: $0).isPorts(set) }),
      let value = element.value
    else { return nil }
    let length = family.bits / 8
    let isAt = set == NetworkRules.sets(of: family).portsAt
    let port = element.key.dropFirst(isAt ? length : 0)
    guard port.count == 8, value.count == length + 4,
      let proto = PortProtocol(rawValue: port[port.startIndex]),
      let container = IPAddress(bytes: value.prefix(length)),
      let host = isAt ? IPAddress(bytes: element.key.prefix(length)) : IPAddress(family, 0)
    else { return nil }
    self.init(
      host: host, UInt16(port[port.startIndex + 4]) << 8 | UInt16(port[port.startIndex + 5]), proto,
      to: container, UInt16(value[length]) << 8 | UInt16(value[length + 1]))
  }
}

/// A port of a container's that one other may use although the network keeps its containers apart.
package struct RuledLink: Sendable, Hashable {
  package let recipient: IPAddress
  package let source: IPAddress
  package let proto: PortProtocol
  package let port: UInt16

  package init(from recipient: IPAddress, to source: IPAddress, _ proto: PortProtocol, _ port: UInt16) {
    self.recipient = recipient
    self.source = source
    self.proto = proto
    self.port = port
  }

  /// What stands in a set for it.
  package func element() -> (NFTSet, [NFTElement]) {
    let key = [recipient.bytes, source.bytes, [proto.rawValue], NFTKey.service(port)]
    return (NetworkRules.sets(of: source.family).links, [NFTElement(key: NFTKey.bytes(key))])
  }
}

extension NetworkRules {
  package static func sets(of family: IPFamily) -> PerFamily { family == .v4 ? v4 : v6 }

  /// Elements to have, as a transaction.
  package static func adding(_ elements: [(NFTSet, [NFTElement])]) -> [NFTObject] {
    grouped(elements).map { NFTObject.elements($0.0, $0.1) }
  }

  /// Elements not to have any more, as a transaction.
  package static func removing(_ elements: [(NFTSet, [NFTElement])]) -> [NFTObject] {
    grouped(elements).map { NFTObject.absentElements($0.0, $0.1) }
  }

  /// Those of one set together, as many as fit into an attribute (64 KiB): a message costs more than an element, and each
  /// that the kernel refuses is answered.
  private static func grouped(_ elements: [(NFTSet, [NFTElement])]) -> [(NFTSet, [NFTElement])] {
    var groups: [(NFTSet, [NFTElement])] = []
    var open: [String: Int] = [:]
    for (set, new) in elements {
      if let index = open[set.name], groups[index].1.count + new.count <= 128 {
        groups[index].1 += new
      } else {
        open[set.name] = groups.count
        groups.append((set, new))
      }
    }
    return groups
  }
}

extension NetworkRules.PerFamily {
  func isPorts(_ set: NFTSet) -> Bool { set == ports || set == portsAt }
}
