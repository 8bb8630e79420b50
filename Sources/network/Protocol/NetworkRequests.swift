package import JSONDocument

/// How `apus-network` ends when it has not done what it was asked.
package enum NetworkExit {
  /// For a reason of this request's.
  package static let failed: Int32 = 1
  /// This host can have no bridges: something is not in the kernel, or not allowed.
  package static let cannot: Int32 = 3
  /// The bridge is somebody else's.
  package static let isOthers: Int32 = 4
}

/// `apus-network attach`: puts a container on networks. Also the record of it, by which `detach` knows what there is.
package struct AttachRequest: Sendable, Equatable {
  /// `RUNROOT/networks`.
  package var state: String
  /// The container's id.
  package var container: String
  /// Whether its network namespace is to be made; else it is there.
  package var makesNamespace: Bool
  package var endpoints: [EndpointOrder]
  /// What of the container's the host answers for.
  package var ports: [PortOrder]
  /// What of others' the container may use.
  package var links: [LinkOrder]

  package init(
    state: String, container: String, makesNamespace: Bool = true, endpoints: [EndpointOrder],
    ports: [PortOrder] = [], links: [LinkOrder] = []
  ) {
    self.state = state
    self.container = container
    self.makesNamespace = makesNamespace
    self.endpoints = endpoints
    self.ports = ports
    self.links = links
  }
}

extension AttachRequest: DocumentReadable {
  /// Reads what `document` wrote.
  package init(reading members: MemberReader) throws(DocumentError) {
    state = try members.read("state")
    container = try members.read("container")
    makesNamespace = try members.read("new")
    endpoints = try members.read("endpoints") ?? []
    ports = try members.read("ports") ?? []
    links = try members.read("links") ?? []
  }

  package var document: JSONValue {
    [
      "state": .string(state), "container": .string(container), "new": .bool(makesNamespace),
      "endpoints": .array(endpoints.map(\.document)), "ports": .array(ports.map(\.document)),
      "links": .array(links.map(\.document)),
    ]
  }
}

/// `apus-network publish`: what the ports and links of a container on networks are from now on.
package struct PublishRequest: Sendable, Equatable {
  /// `RUNROOT/networks`.
  package var state: String
  /// The container's id.
  package var container: String
  /// nil leaves them as they are.
  package var ports: [PortOrder]?
  /// Likewise.
  package var links: [LinkOrder]?

  package init(state: String, container: String, ports: [PortOrder]? = nil, links: [LinkOrder]? = nil) {
    self.state = state
    self.container = container
    self.ports = ports
    self.links = links
  }
}

extension PublishRequest: DocumentReadable {
  /// Reads what `document` wrote.
  package init(reading members: MemberReader) throws(DocumentError) {
    state = try members.read("state")
    container = try members.read("container")
    ports = try members.read("ports")
    links = try members.read("links")
  }

  package var document: JSONValue {
    var members = JSONObject([
      .init(key: "state", value: .string(state)), .init(key: "container", value: .string(container)),
    ])
    members["ports"] = ports.map { .array($0.map(\.document)) }
    members["links"] = links.map { .array($0.map(\.document)) }
    return .object(members)
  }
}

/// `apus-network detach`: takes a container off its networks, or off one.
package struct DetachRequest: Sendable, Equatable {
  /// `RUNROOT/networks`.
  package var state: String
  /// The container's id.
  package var container: String
  /// The endpoint, by the host's end of its pair; nil is all of them and the namespace.
  package var veth: String?

  package init(state: String, container: String, veth: String? = nil) {
    self.state = state
    self.container = container
    self.veth = veth
  }
}

extension DetachRequest: DocumentReadable {
  /// Reads what `document` wrote.
  package init(reading members: MemberReader) throws(DocumentError) {
    state = try members.read("state")
    container = try members.read("container")
    veth = try members.read("veth")
  }

  package var document: JSONValue {
    var members = JSONObject([
      .init(key: "state", value: .string(state)), .init(key: "container", value: .string(container)),
    ])
    members["veth"] = veth.map { .string($0) }
    return .object(members)
  }
}

/// `apus-network remove`: takes a network's bridge and its elements away.
package struct RemoveNetworkRequest: Sendable, Equatable {
  /// `RUNROOT/networks`.
  package var state: String
  package var bridge: String

  package init(state: String, bridge: String) {
    self.state = state
    self.bridge = bridge
  }
}

extension RemoveNetworkRequest: DocumentReadable {
  /// Reads what `document` wrote.
  package init(reading members: MemberReader) throws(DocumentError) {
    state = try members.read("state")
    bridge = try members.read("bridge")
  }

  package var document: JSONValue { ["state": .string(state), "bridge": .string(bridge)] }
}
