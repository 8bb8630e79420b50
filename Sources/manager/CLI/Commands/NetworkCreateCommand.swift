internal import Addresses
internal import Arguments
internal import Engine
internal import LinuxSystem
internal import Options
internal import Store

/// `apus network create`.
enum NetworkCreateCommand: ManagerCommand {
  /// What docker has beside these, and why it is not here.
  private static let refusals: [(option: CommandOption, reason: String)] = [
    (.flag("attachable", hidden: true), swarm), (.flag("ingress", hidden: true), swarm),
    (.value("scope", hidden: true), swarm), (.value("config-from", hidden: true), swarm),
    (.flag("config-only", hidden: true), swarm),
    (.list("ipam-opt", hidden: true), "the only IPAM driver, default, has no options"),
  ]
  private static let swarm = "is for swarm networks, which are not here"

  static var grammar: Command {
    Command(
      "create", summary: "Create a network", usage: "[OPTIONS] NETWORK",
      options: [
        .list("aux-address", value: "name=ip", help: "Addresses of the subnets that containers do not get"),
        .value("driver", short: "d", help: "Driver to manage the network: bridge, macvlan, ipvlan"),
        .list("gateway", value: "ip", help: "IPv4 or IPv6 gateway for the subnet"),
        .value("ipam-driver", help: "IP Address Management Driver: default"),
        .flag("internal", help: "Restrict external access to the network"),
        .list("ip-range", value: "cidr", help: "Allocate container ip from a sub-range"),
        .flag("ipv4", help: "Enable IPv4 address assignment (default true, and always so)"),
        .flag("ipv6", help: "Enable IPv6 address assignment"),
        .list("label", help: "Set metadata on a network"),
        .list(
          "opt", short: "o",
          help: "Set driver specific options: name, mtu, icc; parent, macvlan_mode, ipvlan_mode"),
        .list("subnet", value: "cidr", help: "Subnet in CIDR format that represents a network segment"),
      ] + refusals.map(\.option))
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 1)
    for (option, reason) in refusals where !invocation.list(option.name).isEmpty {
      throw UsageError("--\(option.name): \(reason)", command: invocation.called)
    }
    if invocation.flagIfGiven("ipv4") == false {
      throw UsageError("--ipv4=false: networks have IPv4 always", command: invocation.called)
    }
    if let driver = invocation.value("ipam-driver"), driver != "default" {
      throw OptionError("--ipam-driver", driver, "there is default only")
    }
    let driver = invocation.value("driver") ?? "bridge"
    guard ["bridge", "macvlan", "ipvlan"].contains(driver) else {
      throw OptionError(
        "--driver", driver, "could not find plugin \(driver): there are bridge, macvlan and ipvlan")
    }
    var request = NetworkRequest(name: try NetworkName(invocation.positionals[0]))
    request.driver = driver
    request.subnets = try subnets(invocation)
    request.auxiliary = try auxiliary(invocation, request.subnets)
    request.isInternal = invocation.flag("internal")
    request.usesIPv6 = invocation.flag("ipv6")
    request.labels = try invocation.list("label").map { try Label($0) }
    for text in invocation.list("opt") {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, !parts[0].isEmpty else {
        throw OptionError("--opt", text, "expected NAME=VALUE")
      }
      request.options[parts[0]] = parts[1]
    }
    let network = try context.engine().createNetwork(request)
    try Answer.print(network.id + "\n")
    return 0
  }

  /// `NAME=ADDRESS`, of the subnets given.
  private static func auxiliary(
    _ invocation: Invocation, _ subnets: [NetworkRequest.Subnet]
  ) throws -> [String: IPAddress] {
    var found: [String: IPAddress] = [:]
    for text in invocation.list("aux-address") {
      let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, !parts[0].isEmpty, let address = IPAddress(parts[1]) else {
        throw OptionError("--aux-address", text, "expected NAME=ADDRESS")
      }
      guard subnets.contains(where: { $0.subnet.contains(address) }) else {
        throw OptionError("--aux-address", text, "no matching subnet for aux-address \(address)")
      }
      found[parts[0]] = address
    }
    return found
  }

  /// Gateways and ranges belong to the subnet that they lie in.
  private static func subnets(_ invocation: Invocation) throws -> [NetworkRequest.Subnet] {
    var found: [NetworkRequest.Subnet] = []
    for text in invocation.list("subnet") {
      guard let subnet = IPNetwork(text) else {
        throw OptionError(
          "--subnet", text, "expected a network such as 172.30.0.0/16, without bits of a host")
      }
      guard !found.contains(where: { $0.subnet.family == subnet.family }) else {
        throw OptionError("--subnet", text, "a network has one subnet of each family")
      }
      found.append(NetworkRequest.Subnet(subnet))
    }
    for text in invocation.list("gateway") {
      guard let gateway = IPAddress(text) else { throw OptionError("--gateway", text, "invalid address") }
      guard let index = found.firstIndex(where: { $0.subnet.contains(gateway) }) else {
        throw OptionError("--gateway", text, "no matching subnet for gateway \(text)")
      }
      if let other = found[index].gateway {
        throw OptionError(
          "--gateway", text, "the subnet \(found[index].subnet) has the gateway \(other) already")
      }
      found[index].gateway = gateway
    }
    for text in invocation.list("ip-range") {
      guard let range = IPNetwork(text) else {
        throw OptionError("--ip-range", text, "expected a network such as 172.30.5.0/24")
      }
      guard let index = found.firstIndex(where: { $0.subnet.contains(range) }) else {
        throw OptionError("--ip-range", text, "no matching subnet for range \(text)")
      }
      if let other = found[index].range {
        throw OptionError(
          "--ip-range", text, "the subnet \(found[index].subnet) has the range \(other) already")
      }
      found[index].range = range
    }
    return found
  }
}
