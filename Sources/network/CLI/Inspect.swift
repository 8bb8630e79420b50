internal import Addresses
internal import Firewall
internal import JSONDocument
internal import LinuxSystem
internal import Netlink
internal import NetworkProtocol

/// `inspect`: where the host's routes lead, and its devices; for these bridges, what may keep packets from them.
func inspect(_ request: InspectRequest) throws -> JSONValue {
  var host = try NetlinkSocket(.routes)
  let routes = try host.routes().map(\.destination).filter { $0.prefixLength > 0 }
  var answer = HostNetworks(routes: routes, devices: try host.links().map(\.name))
  if let bridges = request.bridges {
    answer.closed = try closedChains(bridges)
    answer.bridgedPacketsPassRules = try ForwardingSettings.bridgedPacketsPassRules()
  }
  return answer.document
}

/// A drop in any table is final, whatever ours says (spec/decisions/0018). firewalld's chain is open and ends with a rule
/// that refuses the rest.
private func closedChains(_ bridges: [String]) throws -> [ClosedChain] {
  var rules = try NetlinkSocket(.netfilter)
  let families: [UInt8: String] = [
    NFTFamily.inet.rawValue: "inet", NFTFamily.ip.rawValue: "ip", NFTFamily.ip6.rawValue: "ip6",
  ]
  var found: [ClosedChain] = []
  for chain in try rules.baseChains() where chain.place == NFTHook.Place.forward.rawValue {
    guard let family = families[chain.family], chain.table != NetworkRules.table, chain.type == "filter",
      chain.isClosed || chain.table == "firewalld"
    else { continue }
    let names = try rules.chainNames(inTable: chain.table, family: chain.family)
    let owner: ClosedChain.Owner =
      if chain.table == "firewalld" { .firewalld } else if names.contains(where: { $0.hasPrefix("ufw") }) {
        .ufw
      } else if names.contains("DOCKER-USER") { .docker } else { .somebody }
    let named = try rules.names(bridges, inRulesOf: chain.table, family: chain.family)
    found.append(
      ClosedChain(
        family: family, table: chain.table, chain: chain.name, owner: owner,
        unnamed: bridges.filter { !named.contains($0) }))
  }
  return found
}
