internal import Arguments
internal import Engine
internal import JSONDocument
internal import LinuxSystem
internal import Store

/// `apus network ls`.
enum NetworkListCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "ls", summary: "List networks", usage: "[OPTIONS]",
      options: [
        Filters.option, ListFormat.option, .flag("no-trunc", help: "Do not truncate the output"),
        .flag("quiet", short: "q", help: "Only display network IDs"),
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 0)
    let filters = try Filters(
      invocation, known: ["dangling", "driver", "id", "label", "name", "scope", "type"])
    let dangling = try filters.truth("dangling", invocation)
    if let other = filters["type"].first(where: { $0 != "builtin" && $0 != "custom" }) {
      throw UsageError(
        "invalid filter 'type=\(other)': expected builtin or custom", command: invocation.called)
    }
    let format = try ListFormat(
      invocation,
      columns: [
        .init("NETWORK ID", "ID"), .init("NAME", "Name"), .init("DRIVER", "Driver"), .init("SCOPE", "Scope"),
      ], raw: ["network_id": "ID", "name": "Name", "driver": "Driver", "scope": "Scope"])
    let networks = try context.engine().networks().filter { network in
      (dangling == nil || dangling == (network.isDangling && !network.isPredefined))
        && filters.accepts("driver") { $0 == network.driver } && filters.accepts("scope") { $0 == "local" }
        // Parts of a name, as docker has it.
        && filters.accepts("name") { network.name.contains($0) }
        && filters.accepts("id") { network.id.hasPrefix($0) }
        && filters.accepts("type") { $0 == (network.isPredefined ? "builtin" : "custom") }
        && filters["label"].allSatisfy { network.has(label: $0) }
    }
    let isWhole = invocation.flag("no-trunc")
    if invocation.flag("quiet") {
      try Answer.print(networks.map { id($0, isWhole) + "\n" }.joined())
    } else {
      try Answer.print(try format.text(networks.map { row($0, isWhole) }))
    }
    return 0
  }

  private static func id(_ network: ListedNetwork, _ isWhole: Bool) -> String {
    isWhole ? network.id : String(network.id.prefix(12))
  }

  private static func row(_ network: ListedNetwork, _ isWhole: Bool) -> JSONValue {
    [
      "CreatedAt": .string(network.record?.createdAt.description ?? ""), "Driver": .string(network.driver),
      "ID": .string(id(network, isWhole)), "IPv4": "true",
      "IPv6": .string("\(network.record?.subnet6 != nil)"),
      "Internal": .string("\(network.record?.isInternal ?? false)"),
      "Labels": .string(
        network.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")),
      "Name": .string(network.name), "Scope": "local",
    ]
  }
}

extension ListedNetwork {
  /// Whether it has a label, given as `KEY` or `KEY=value`.
  func has(label text: String) -> Bool {
    guard let sign = text.firstIndex(of: "=") else { return labels[text] != nil }
    return labels[String(text[..<sign])] == String(text[text.index(after: sign)...])
  }
}
