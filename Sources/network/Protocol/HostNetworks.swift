package import Addresses
package import JSONDocument

/// The answer to `apus-network inspect`: what new networks must not collide with, and, for who names his bridges, what may
/// keep packets from them.
package struct HostNetworks: Sendable, Equatable {
  /// Where the host's routes lead, default routes left out.
  package var routes: [IPNetwork]
  /// The names of its devices.
  package var devices: [String]
  /// Chains of others that packets which the host sends on must pass, and that may drop them.
  package var closed: [ClosedChain] = []
  /// Whether bridged packets pass the rules of IP; nil without br_netfilter.
  package var bridgedPacketsPassRules: Bool?

  package init(routes: [IPNetwork], devices: [String]) {
    self.routes = routes
    self.devices = devices
  }
}

extension HostNetworks: DocumentReadable {
  /// Reads what `document` wrote.
  package init(reading members: MemberReader) throws(DocumentError) {
    routes = try members.texts("routes") { IPNetwork($0) }
    devices = try members.read("devices") ?? []
    closed = try members.read("closed") ?? []
    bridgedPacketsPassRules = try members.read("bridged")
  }

  package var document: JSONValue {
    var members = JSONObject([
      .init(key: "routes", value: .array(routes.map { .string("\($0)") })),
      .init(key: "devices", value: .array(devices.map { .string($0) })),
      .init(key: "closed", value: .array(closed.map(\.document))),
    ])
    members["bridged"] = bridgedPacketsPassRules.map { .bool($0) }
    return .object(members)
  }
}

/// A chain that others have on the way of what the host sends on, and that may drop what no rule accepts.
package struct ClosedChain: Sendable, Equatable {
  /// Who is known by such chains.
  package enum Owner: String, Sendable { case ufw, firewalld, docker, somebody }

  /// `ip`, `ip6` or `inet`.
  package var family: String
  package var table: String
  package var chain: String
  package var owner: Owner
  /// The bridges that no rule of the table names.
  package var unnamed: [String]

  package init(family: String, table: String, chain: String, owner: Owner, unnamed: [String]) {
    self.family = family
    self.table = table
    self.chain = chain
    self.owner = owner
    self.unnamed = unnamed
  }
}

extension ClosedChain: DocumentReadable {
  /// Reads what `document` wrote.
  package init(reading members: MemberReader) throws(DocumentError) {
    family = try members.read("family")
    table = try members.read("table")
    chain = try members.read("chain")
    owner = try members.text("owner") { Owner(rawValue: $0) }
    unnamed = try members.read("unnamed") ?? []
  }

  package var document: JSONValue {
    [
      "family": .string(family), "table": .string(table), "chain": .string(chain),
      "owner": .string(owner.rawValue), "unnamed": .array(unnamed.map { .string($0) }),
    ]
  }
}

/// `apus-network inspect`: with bridges it also looks for what may keep packets from them.
package struct InspectRequest: Sendable, Equatable {
  package var bridges: [String]?

  package init(bridges: [String]? = nil) { self.bridges = bridges }
}

extension InspectRequest: DocumentReadable {
  /// Reads what `document` wrote.
  package init(reading members: MemberReader) throws(DocumentError) { bridges = try members.read("bridges") }

  package var document: JSONValue {
    var members = JSONObject()
    members["bridges"] = bridges.map { .array($0.map { .string($0) }) }
    return .object(members)
  }
}
