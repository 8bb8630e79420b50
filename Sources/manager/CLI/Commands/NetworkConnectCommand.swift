internal import Addresses
internal import Arguments
internal import Engine
internal import Options

/// `apus network connect`.
enum NetworkConnectCommand: ManagerCommand {
  /// What docker has beside these, and why it is not here.
  private static let refusals: [(option: CommandOption, reason: String)] = [
    (.list("driver-opt", hidden: true), "no driver has options for an endpoint"),
    (.value("gw-priority", hidden: true), "the default route is that of the network joined first"),
    (.list("link", hidden: true), "links are made with the container: run --link; names need none here"),
    (.list("link-local-ip", hidden: true), "a container has no link-local addresses of its own choice"),
  ]

  static var grammar: Command {
    Command(
      "connect", summary: "Connect a container to a network", usage: "[OPTIONS] NETWORK CONTAINER",
      options: [
        .list("alias", help: "Add network-scoped alias for the container"),
        .value("ip", help: "IPv4 address (e.g., 172.30.100.104)"),
        .value("ip6", help: "IPv6 address (e.g., 2001:db8::33)"),
        .value("mac-address", help: "MAC address of the container on this network"),
      ] + refusals.map(\.option))
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 2)
    for (option, reason) in refusals where !invocation.list(option.name).isEmpty {
      throw UsageError("--\(option.name): \(reason)", command: invocation.called)
    }
    let name = invocation.positionals[0]
    guard let mode = NetworkMode(rawValue: name) else {
      throw OptionError("NETWORK", name, "expected a network's name or id")
    }
    var option = NetworkOption(mode)
    if let text = invocation.value("ip") { option.address4 = try NetworkOption.address(text, .v4, "--ip") }
    if let text = invocation.value("ip6") { option.address6 = try NetworkOption.address(text, .v6, "--ip6") }
    if let text = invocation.value("mac-address") {
      option.mac = try NetworkOption.mac(text, "--mac-address")
    }
    option.aliases = try invocation.list("alias").map { try NetworkOption.alias($0) }
    try context.engine().connect(invocation.positionals[1], option)
    return 0
  }
}
