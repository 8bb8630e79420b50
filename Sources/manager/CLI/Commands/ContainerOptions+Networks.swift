internal import Addresses
internal import Arguments
internal import Engine
internal import LinuxSystem
internal import Options

/// The options about a container's network.
extension ContainerOptions {
  static let networks: [CommandOption] = [
    .list("add-host", help: "Add a custom host-to-IP mapping (host:ip, host:host-gateway)"),
    .list("dns", help: "Set custom DNS servers"),
    .list("dns-option", "dns-opt", help: "Set DNS options"),
    .list("dns-search", help: "Set custom DNS search domains"),
    .list("expose", help: "Expose a port or a range of ports"),
    .value("ip", help: "IPv4 address (e.g., 172.30.100.104)"),
    .value("ip6", help: "IPv6 address (e.g., 2001:db8::33)"),
    .list("link", help: "Add link to another container (NAME or ID, :ALIAS)"),
    .value(
      "link-env",
      help:
        "Variables about linked containers: all (with their environment), ports, none (default $APUS_LINK_ENV or all)"
    ),
    .value("mac-address", help: "Container MAC address (e.g., 92:d0:c6:0a:29:33)"),
    .list(
      "network", "net", value: "network",
      help: "Network: bridge (default), none (only lo, up), host, container:NAME or a network's name"),
    .list("network-alias", "net-alias", help: "Add network-scoped alias for the container"),
    .list("publish", short: "p", help: "Publish a container's port(s) to the host"),
    .flag("publish-all", short: "P", help: "Publish all exposed ports to random ports"),
    .value(
      "publish-default-ip", value: "ip",
      help: "Host address of ports that are published without one (all; APUS_PUBLISH_DEFAULT_IP)"),
    .value(
      "port-range", value: "range",
      help: "Host ports for those that are published without a number (49000-49900; APUS_PORT_RANGE)"),
  ]

  static func readNetworks(_ invocation: Invocation, into request: inout CreateRequest) throws {
    var options = try invocation.list("network").map { try NetworkOption($0) }
    if options.count > 1, let other = options.first(where: { !isName($0.mode) }) {
      throw UsageError(
        "conflicting options: cannot attach both user-defined and non-user-defined network-modes: "
          + other.mode.rawValue, command: invocation.called)
    }
    var first = options.first ?? NetworkOption(.bridge)
    // What stands for itself is about the first network (docker/cli, opts: applyContainerOptions).
    if let text = invocation.value("ip") { first.address4 = try NetworkOption.address(text, .v4, "--ip") }
    if let text = invocation.value("ip6") { first.address6 = try NetworkOption.address(text, .v6, "--ip6") }
    if let text = invocation.value("mac-address") { first.mac = try NetworkOption.mac(text, "--mac-address") }
    first.aliases += try invocation.list("network-alias").map { try NetworkOption.alias($0) }
    if options.isEmpty { options = [first] } else { options[0] = first }
    request.network = first.mode
    // Settings of a network that is none are refused by the engine, by name.
    request.endpoints = isName(first.mode) || first != NetworkOption(first.mode) ? options : []
    request.published = try invocation.list("publish").flatMap { try PortBinding.read($0) }
    request.publishesAllPorts = invocation.flag("publish-all")
    request.exposed = try invocation.list("expose").flatMap { try ContainerPort.read(exposed: $0) }
    request.publishAddress = try usual("publish-default-ip", "APUS_PUBLISH_DEFAULT_IP", invocation) {
      guard let address = IPAddress($1) else { throw OptionError($0, $1, "\($1) is not an ip address") }
      // Unspecified as an address of one family only.
      return address
    }
    request.portRange = try usual("port-range", "APUS_PORT_RANGE", invocation) {
      guard let range = PortRange.read($1), range.lowerBound > 0 else {
        throw OptionError($0, $1, "expected two ports from 1 to 65535, as 49000-49900")
      }
      return range
    }
    try readLinks(invocation, into: &request)
    request.names.servers = try invocation.list("dns").map { text in
      guard IPAddress(text) != nil else {
        throw OptionError("--dns", text, "\(text) is not an ip address")
      }
      return text
    }
    request.names.search = try invocation.list("dns-search").map { try word($0, "--dns-search") }
    request.names.options = try invocation.list("dns-option").map { try word($0, "--dns-option") }
    request.names.hosts = try invocation.list("add-host").map { try ExtraHost($0).text }
  }

  /// What the option says, else the environment's variable.
  private static func usual<Value>(
    _ option: String, _ variable: String, _ invocation: Invocation,
    _ read: (_ name: String, String) throws -> Value
  ) throws -> Value? {
    if let text = invocation.value(option) { return try read("--\(option)", text) }
    guard let text = Environment.value(variable), !text.isEmpty else { return nil }
    return try read(variable, text)
  }

  /// What there is to say of ports that are not honoured (docker's words, moby, daemon/container.go).
  static func warn(of request: CreateRequest) {
    // In a namespace of its own, the host's loopback is not there (docker/cli, command/container/create.go).
    if request.network != .host, let address = request.names.servers.first(where: isLoopback) {
      StandardDescriptor.error.print(
        "WARNING: Localhost DNS setting (--dns=\(address)) may fail in containers.\n")
    }
    guard request.network == .host, !request.published.isEmpty || request.publishesAllPorts else { return }
    StandardDescriptor.error.print(
      "WARNING: Published ports are discarded when using host network mode\n")
  }

  /// The variable is the user's default for what they make; the container keeps what it was made with.
  private static func readLinks(_ invocation: Invocation, into request: inout CreateRequest) throws {
    request.links = try invocation.list("link").map { text in
      let link = try LinkOption(text)
      guard link.container != invocation.value("name") else {
        throw OptionError("--link", text, "a container cannot be linked to itself")
      }
      return link
    }
    if let text = invocation.value("link-env") {
      request.linkVariables = try LinkVariables(option: text)
    } else if let text = Environment.value("APUS_LINK_ENV"), !text.isEmpty {
      request.linkVariables = try LinkVariables(option: text, "APUS_LINK_ENV")
    }
  }

  private static func isLoopback(_ address: String) -> Bool {
    IPAddress(address)?.isLoopback ?? false
  }

  private static func isName(_ mode: NetworkMode) -> Bool {
    if case .named = mode { return true }
    return false
  }

  /// It becomes a word of resolv.conf.
  private static func word(_ text: String, _ option: String) throws(OptionError) -> String {
    guard !text.isEmpty, text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }) else {
      throw OptionError(option, text, "expected one word")
    }
    return text
  }
}
