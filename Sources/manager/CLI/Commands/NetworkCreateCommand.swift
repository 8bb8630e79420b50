internal import Addresses
internal import Arguments
internal import Engine
internal import LinuxSystem
internal import Options
internal import Store

/// `apus network create`.
enum NetworkCreateCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "create", summary: "Create a network", usage: "[OPTIONS] NETWORK",
      options: [
        .value("driver", short: "d", help: "Driver to manage the network: bridge"),
        .list("gateway", value: "ip", help: "IPv4 or IPv6 gateway for the subnet"),
        .flag("internal", help: "Restrict external access to the network"),
        .list("ip-range", value: "cidr", help: "Allocate container ip from a sub-range"),
        .flag("ipv6", help: "Enable IPv6 address assignment"),
        .list("label", help: "Set metadata on a network"),
        .list("opt", short: "o", help: "Set driver specific options: name=BRIDGE, mtu=BYTES, icc=false"),
        .list("subnet", value: "cidr", help: "Subnet in CIDR format that represents a network segment"),
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 1)
    if let driver = invocation.value("driver"), driver != "bridge" {
      throw OptionError("--driver", driver, "could not find plugin \(driver): there is bridge only")
    }
    var request = NetworkRequest(name: try NetworkName(invocation.positionals[0]))
    request.subnets = try subnets(invocation)
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
    StandardDescriptor.output.print(network.id + "\n")
    return 0
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
      found[index].gateway = gateway
    }
    for text in invocation.list("ip-range") {
      guard let range = IPNetwork(text) else {
        throw OptionError("--ip-range", text, "expected a network such as 172.30.5.0/24")
      }
      guard let index = found.firstIndex(where: { $0.subnet.contains(range) }) else {
        throw OptionError("--ip-range", text, "no matching subnet for range \(text)")
      }
      found[index].range = range
    }
    return found
  }
}
