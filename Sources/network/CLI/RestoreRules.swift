internal import Firewall
internal import LinuxSystem
internal import Netlink
internal import NetworkProtocol

/// Makes the tables whole again when somebody has emptied or removed them (`nft flush ruleset`, a firewall's restart) while
/// containers run: all that the journal knows, in one transaction for each table.
///
/// Nobody takes elements away meanwhile (`JournalLock`): what the journal says when it is read must be true when the
/// transaction is done.
func restoreRules(_ paths: NetworkPaths) throws {
  var rules = try NetlinkSocket(.netfilter)
  if try areWhole(&rules, paths) { return }
  let lock = try JournalLock(paths)
  // Somebody else's command may have been first.
  if try !areWhole(&rules, paths) {
    let networks = try recordedNetworks(paths)
    let containers = try recordedContainers(paths)
    let elements = containers.map { ContainerElements($0) }
    let ruled = networks.filter { $0.driver == .bridge }.flatMap { $0.ruled.elements() }
    try rules.commit(
      NetworkRules.compile() + NetworkRules.adding(merged(ruled + elements.flatMap(\.ruled))),
      table: NetworkRules.table, family: NetworkRules.family)
    let apart = containers.flatMap(\.endpoints).filter { $0.network.driver == .bridge && !$0.network.isOpen }
      .map { (PortRules.apart, [NFTElement(key: NFTKey.interface($0.veth))]) }
    let inner = merged(apart + elements.flatMap(\.linked))
    if !inner.isEmpty {
      try rules.commit(
        PortRules.compile() + NetworkRules.adding(inner), table: PortRules.table, family: PortRules.family)
    }
  }
  _ = consume lock
}

/// Whether the tables have their rules, as far as the journal has anything that stands in them.
private func areWhole(_ rules: inout NetlinkSocket, _ paths: NetworkPaths) throws -> Bool {
  let hasRules = try rules.hasRules(inChain: "forward", NetworkRules.table, NetworkRules.family)
  let hasInner = try rules.hasRules(inChain: "forward", PortRules.table, PortRules.family)
  if hasRules && hasInner { return true }
  // Before the first container, and where nobody is kept apart, there is nothing to miss.
  let networks = try recordedNetworks(paths).filter { $0.driver == .bridge }
  return (hasRules || networks.isEmpty) && (hasInner || networks.allSatisfy(\.isOpen))
}

/// One list for each set.
private func merged(_ elements: [(NFTSet, [NFTElement])]) -> [(NFTSet, [NFTElement])] {
  var found: [(NFTSet, [NFTElement])] = []
  var places: [NFTSet: Int] = [:]
  for (set, new) in elements {
    if let place = places[set] {
      found[place].1 += new
    } else {
      places[set] = found.count
      found.append((set, new))
    }
  }
  return found
}

/// Held by whoever takes elements away, by whoever makes all of them anew, and by whoever reads what is written down for a
/// container and writes it anew: a link's other end has not the lock of the container. Taken once: who holds it would wait
/// for himself.
struct JournalLock: ~Copyable {
  private let lock: DirectoryLock

  init(_ paths: NetworkPaths) throws(SystemError) { lock = try DirectoryLock(paths.containers) }

  /// Shared by those that make something new: the manager that asked may be killed meanwhile, and who takes its container
  /// away must not do so before all of it is made, or what is made afterwards is in no journal.
  init(making paths: NetworkPaths) throws(SystemError) {
    lock = try DirectoryLock(sharing: paths.containers)
  }
}
