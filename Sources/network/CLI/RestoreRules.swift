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
  if try !areWhole(&rules, paths) { try restoreAll(paths) }
  _ = consume lock
}

private func restoreAll(_ paths: NetworkPaths) throws {
  let (journal, containers) = (try paths.networks(), try paths.attached())
  for line in journal.unreadable {
    warn("\(line); it is written anew with the next container on that network")
  }
  for line in containers.unreadable { warn("\(line); that container's ports and links lead nowhere") }
  var networks: [String: NetworkOrder] = [:]
  // What is written down for a container says it of its networks, too.
  for network in containers.records.flatMap(\.endpoints).map(\.network) + journal.records
  where network.driver == .bridge { networks[network.bridge] = network }
  let bridges = networks.values.flatMap { $0.ruled.elements() }
  // Whoever is on such a bridge is kept apart, also when nobody can read what was written down for him. Only then: a device
  // that the kernel is just taking down has no record by which its element would go again.
  let closed = networks.values.filter { !$0.isOpen }.map(\.bridge)
  let apart = containers.unreadable.isEmpty ? [] : try ports(of: closed)
  do throws(NetlinkError) { try restore(bridges, apart, containers.records) } catch {
    // What one record says is not to keep the others from their rules.
    try restore(bridges, try ports(of: closed), [])
    for record in containers.records {
      do throws(NetlinkError) { try restore([], [], [record]) } catch {
        warn(
          "\(paths.container(record.container)): \(error); ports and links of container "
            + "\(record.container.prefix(12)) lead nowhere until it is restarted")
      }
    }
  }
}

/// Says on stderr what does not keep this command from its end.
private func warn(_ line: String) { StandardDescriptor.error.print("\(line)\n") }

/// In one transaction for each table.
/// - Parameter apart: the names of bridges' ports.
private func restore(
  _ bridges: [(NFTSet, [NFTElement])], _ apart: Set<String>, _ containers: [AttachRequest]
) throws(NetlinkError) {
  var rules: NetlinkSocket
  do throws(SystemError) { rules = try NetlinkSocket(.netfilter) } catch {
    throw NetlinkError("change nf_tables", NetworkRules.table, code: error.code)
  }
  let elements = containers.map { ContainerElements($0) }
  try rules.commit(
    NetworkRules.compile() + NetworkRules.adding(bridges + elements.flatMap(\.ruled)),
    table: NetworkRules.table, family: NetworkRules.family)
  let own = containers.flatMap(\.endpoints).filter { $0.network.driver == .bridge && !$0.network.isOpen }
  let kept = apart.union(own.map(\.veth)).map { (PortRules.apart, [NFTElement(key: NFTKey.interface($0))]) }
  let inner = kept + elements.flatMap(\.linked)
  guard !inner.isEmpty else { return }
  try rules.commit(
    PortRules.compile() + NetworkRules.adding(inner), table: PortRules.table, family: PortRules.family)
}

/// The names of all devices on these bridges.
private func ports(of bridges: [String]) throws -> Set<String> {
  guard !bridges.isEmpty else { return [] }
  var host = try NetlinkSocket(.routes)
  let links = try host.links()
  let masters = Set(links.filter { bridges.contains($0.name) }.map(\.index))
  return Set(links.filter { $0.master.map(masters.contains) == true }.map(\.name))
}

/// Whether the tables have their rules, as far as the journal has anything that stands in them.
private func areWhole(_ rules: inout NetlinkSocket, _ paths: NetworkPaths) throws -> Bool {
  let hasRules = try rules.hasRules(inChain: "forward", NetworkRules.table, NetworkRules.family)
  let hasInner = try rules.hasRules(inChain: "forward", PortRules.table, PortRules.family)
  if hasRules && hasInner { return true }
  // Before the first container, and where nobody is kept apart, there is nothing to miss.
  let found = try paths.networks()
  let networks = found.records.filter { $0.driver == .bridge }
  let isNothing = networks.isEmpty && found.unreadable.isEmpty
  return (hasRules || isNothing) && (hasInner || networks.allSatisfy(\.isOpen))
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
