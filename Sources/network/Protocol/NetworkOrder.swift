package import Addresses
package import JSONDocument

/// What of a network must be on the host before a container can be on it (spec/network-protocol.md).
package struct NetworkOrder: Sendable, Equatable {
  /// The bridge's name, at most 15 bytes; of other drivers the network's own name on the host, and its parent's when that
  /// is to be made.
  package var bridge: String
  package var driver: NetworkDriver
  /// One of each family at most, each with the address that the bridge has in it.
  package var subnets: [Subnet]
  /// Whether nothing goes out or in.
  package var isInternal: Bool
  /// Whether its containers may speak with each other.
  package var isOpen: Bool
  /// Whether what leaves it does so under the host's address.
  package var isHidden: Bool
  /// In bytes; nil is the kernel's choice.
  package var mtu: UInt32?
  /// The bridge's hardware address, of which no two networks have the same: by it a network knows its bridge. nil in what
  /// was written down before there was one.
  package var mac: MACAddress?
  /// In the journal: whether the parent was made for it and goes with it.
  package var ownsParent = false

  /// A subnet and the host's address in it.
  package struct Subnet: Sendable, Equatable {
    package let network: IPNetwork
    package let gateway: IPAddress

    package init(_ network: IPNetwork, gateway: IPAddress) {
      self.network = network
      self.gateway = gateway
    }
  }

  package init(
    bridge: String, driver: NetworkDriver = .bridge, subnets: [Subnet], isInternal: Bool = false,
    isOpen: Bool = true, isHidden: Bool = true, mtu: UInt32? = nil, mac: MACAddress? = nil
  ) {
    self.bridge = bridge
    self.driver = driver
    self.subnets = subnets
    self.isInternal = isInternal
    self.isOpen = isOpen
    self.isHidden = isHidden
    self.mtu = mtu
    self.mac = mac
  }
}

extension NetworkOrder: DocumentReadable {
  /// Reads what `document` wrote.
  package init(reading members: MemberReader) throws(DocumentError) {
    bridge = try members.read("bridge")
    driver = try NetworkDriver(reading: members)
    subnets = try members.read("subnets") ?? []
    isInternal = try members.read("internal")
    isOpen = try members.read("open")
    isHidden = try members.read("hidden")
    mtu = try members.read("mtu")
    let mac: String? = try members.read("mac")
    self.mac = mac.flatMap { MACAddress($0) }
    ownsParent = try members.read("ownsParent") ?? false
  }

  /// As requests have it.
  package var document: JSONValue {
    var members = JSONObject(
      [
        .init(key: "bridge", value: .string(bridge)),
        .init(key: "subnets", value: .array(subnets.map(\.document))),
        .init(key: "internal", value: .bool(isInternal)),
        .init(key: "open", value: .bool(isOpen)),
        .init(key: "hidden", value: .bool(isHidden)),
      ] + driver.members)
    members["mtu"] = mtu.map { .integer(Int64($0)) }
    members["mac"] = mac.map { .string("\($0)") }
    if ownsParent { members["ownsParent"] = true }
    return .object(members)
  }
}

extension NetworkOrder.Subnet: DocumentReadable {
  /// Reads what `document` wrote.
  package init(reading members: MemberReader) throws(DocumentError) {
    network = try members.text("subnet") { IPNetwork($0) }
    gateway = try members.text("gateway") { IPAddress($0) }
  }

  fileprivate var document: JSONValue {
    ["subnet": .string("\(network)"), "gateway": .string("\(gateway)")]
  }
}

extension MemberReader {
  /// A string that stands for a value.
  func text<Value>(_ name: String, _ make: (String) -> Value?) throws(DocumentError) -> Value {
    try Self.value(read(name), name, make)
  }

  /// Strings that each stand for a value.
  func texts<Value>(_ name: String, _ make: (String) -> Value?) throws(DocumentError) -> [Value] {
    var found: [Value] = []
    for text: String in try read(name) ?? [] { found.append(try Self.value(text, name, make)) }
    return found
  }

  private static func value<Value>(
    _ text: String, _ name: String, _ make: (String) -> Value?
  ) throws(DocumentError) -> Value {
    guard let value = make(text) else {
      throw DocumentError(file: "request", path: [.member(name)], rule: "\"\(text)\" is none")
    }
    return value
  }
}
