internal import Addresses
internal import Firewall
internal import JSONDocument
internal import LinuxSystem
internal import Netlink
internal import NetworkProtocol

/// `publish`: from now on a container's ports and links are these. Written down first, with those that go: whoever was
/// killed in between has left nothing that nobody knows of.
func publish(_ request: PublishRequest) throws -> JSONValue {
  let paths = NetworkPaths(state: request.state)
  guard fileExists(paths.container(request.container)) else { throw onNoNetwork(request.container) }
  let lock = try JournalLock(paths)
  guard let old = try AttachRequest(record: request.container, paths) else {
    throw onNoNetwork(request.container)
  }
  var new = old
  new.ports = request.ports ?? old.ports
  new.links = request.links ?? old.links
  var both = new
  both.keep(portsAndLinksOf: old)
  try paths.write(both)
  try changeElements(from: ContainerElements(old), to: ContainerElements(new))
  try paths.write(new)
  _ = consume lock
  return [:]
}

extension AttachRequest {
  /// Adds what another one has of ports and links beside its own: as long as both may stand in the rules.
  mutating func keep(portsAndLinksOf old: AttachRequest) {
    let (ports, links) = (Set(ports), Set(links))
    self.ports += old.ports.filter { !ports.contains($0) }
    self.links += old.links.filter { !links.contains($0) }
  }
}

private func onNoNetwork(_ container: String) -> NetworkFailure {
  NetworkFailure("container \(container.prefix(12)) is on no network")
}

/// What stands in the rules' maps and sets for a container.
struct ContainerElements {
  var ports: Set<PortOrder> = []
  var links: Set<LinkOrder> = []

  init() {}

  init(_ record: AttachRequest) { (ports, links) = (Set(record.ports), Set(record.links)) }

  func subtracting(_ other: ContainerElements) -> ContainerElements {
    var result = ContainerElements()
    (result.ports, result.links) = (ports.subtracting(other.ports), links.subtracting(other.links))
    return result
  }

  /// For `inet apus`: links are open there for packets that a loaded br_netfilter shows it.
  var ruled: [(NFTSet, [NFTElement])] {
    ports.map {
      RuledPort(host: $0.host, $0.hostPort, $0.proto, to: $0.container, $0.containerPort).element()
    } + linked
  }

  /// For `bridge apus`.
  var linked: [(NFTSet, [NFTElement])] {
    links.map { RuledLink(from: $0.recipient, to: $0.source, $0.port.proto, $0.port.number).element() }
  }
}

/// Removes and adds in one transaction per table, so that a port that leads elsewhere now never leads nowhere.
func changeElements(from old: ContainerElements, to new: ContainerElements) throws {
  let (gone, fresh) = (old.subtracting(new), new.subtracting(old))
  try change(gone.ruled, fresh.ruled, NetworkRules.compile(), NetworkRules.table, NetworkRules.family)
  try change(gone.linked, fresh.linked, PortRules.compile(), PortRules.table, PortRules.family)
  try forgetConnections(gone: gone.ports, fresh: fresh.ports)
}

private func change(
  _ gone: [(NFTSet, [NFTElement])], _ fresh: [(NFTSet, [NFTElement])],
  _ table: @autoclosure () -> [NFTObject],
  _ name: String, _ family: NFTFamily
) throws {
  guard !gone.isEmpty || !fresh.isEmpty else { return }
  var rules = try NetlinkSocket(.netfilter)
  let added = fresh.isEmpty ? [] : table() + NetworkRules.adding(fresh)
  do throws(NetlinkError) {
    try rules.commit(NetworkRules.removing(gone) + added, table: name, family: family)
  } catch {
    // Somebody emptied or removed the table, so that there is nothing to remove.
    guard error.isAboutAbsence, !gone.isEmpty else { throw error }
    try removePresentElements(gone, table: name, family: family)
    rules = try NetlinkSocket(.netfilter)
    if !added.isEmpty { try rules.commit(added, table: name, family: family) }
  }
}
