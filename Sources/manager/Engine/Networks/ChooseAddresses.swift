internal import Addresses
internal import LinuxSystem
internal import Networks
internal import Store

extension ContainerEngine {
  /// The address that was asked for, else the one it had, else the first that nobody has or had, else the first that
  /// nobody has.
  static func chooseAddresses(
    _ endpoint: EndpointRecord, _ network: NetworkRecord, known: Set<String>, held: Set<String>
  ) throws(StoreError) -> EndpointRecord {
    var chosen = endpoint
    // Somebody else's, and never given.
    let others: Set<String>
    do throws(EngineError) { others = Set(try storedTexts(network.auxiliary).values) } catch {
      throw StoreError.refused(error.message)
    }
    let (known, held) = (known.union(others), held.union(others))
    if network.driver == "ipvlan", endpoint.wantedMAC != nil {
      throw StoreError.refused("network \(network.name): a device of ipvlan has its parent's MAC address")
    }
    do throws(NetworkProblem) {
      chosen.address4 = try choose(
        network.subnet4, wanted: endpoint.wanted4, previous: endpoint.address4, known, held)
      if let subnet6 = network.subnet6 {
        chosen.address6 = try choose(
          subnet6, wanted: endpoint.wanted6, previous: endpoint.address6, known, held)
      } else if endpoint.wanted6 != nil {
        throw NetworkProblem(
          "network \(network.name) has no IPv6 subnet for the address \(endpoint.wanted6 ?? "")")
      }
    } catch { throw StoreError.refused(error.description) }
    chosen.mac =
      endpoint.wantedMAC ?? chosen.address4.flatMap { IPAddress($0) }.map { "\(MACAddress(for: $0))" }
    if network.driver == "ipvlan" { chosen.mac = nil }
    do throws(SystemError) { chosen.veth = "veth" + hexadecimal(try randomBytes(4)).prefix(7) } catch {
      throw StoreError.refused("\(error)")
    }
    return chosen
  }

  private static func choose(
    _ subnet: NetworkRecord.SubnetRecord, wanted: String?, previous: String?, _ known: Set<String>,
    _ held: Set<String>
  ) throws(NetworkProblem) -> String {
    guard let network = IPNetwork(subnet.subnet) else { throw NetworkProblem("no subnet") }
    let plan = try AddressPlan(
      subnet: network, gateway: subnet.gateway.flatMap { IPAddress($0) },
      range: subnet.range.flatMap { IPNetwork($0) })
    let taken = Set(held.compactMap { IPAddress($0) })
    if let wanted, let address = IPAddress(wanted) { return "\(try plan.claim(address, taken: taken))" }
    if let previous, let address = IPAddress(previous), !known.contains(previous) { return "\(address)" }
    do throws(NetworkProblem) {
      return "\(try plan.firstFree(taken: Set(known.compactMap { IPAddress($0) })))"
    } catch { return "\(try plan.firstFree(taken: taken))" }
  }
}
