import Addresses
import Testing

@testable import Networks

@Suite struct AddressPlanTests {
  static func network(_ text: String) throws -> IPNetwork { try #require(IPNetwork(text)) }
  static func address(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }

  @Test(arguments: [
    ([], "172.17.0.0/16"), (["0.0.0.0/0"], "172.17.0.0/16"), (["10.0.0.0/8"], "172.17.0.0/16"),
    (["172.17.0.0/16"], "172.18.0.0/16"), (["172.17.5.0/24", "172.18.0.0/30"], "172.19.0.0/16"),
    (["172.16.0.0/12"], "192.168.0.0/20"), (["172.16.0.0/12", "192.168.0.0/24"], "192.168.16.0/20"),
    (["172.17.0.0/16", "172.18.0.0/16", "172.19.0.0/16"], "172.20.0.0/16"),
    (["172.17.0.0/16", "172.18.0.0/16", "172.19.0.0/16", "172.20.0.0/15"], "172.22.0.0/16"),
    (["fd00::/8"], "172.17.0.0/16"),
  ])
  func aNetworkIsCutWhereNothingIs(_ taken: [String], _ expected: String) throws {
    #expect(try AddressPool.firstFree(avoiding: taken.map(Self.network)).description == expected)
  }

  @Test func poolsEnd() throws {
    #expect(throws: NetworkProblem("all predefined address pools have been fully subnetted")) {
      try AddressPool.firstFree(avoiding: [Self.network("172.16.0.0/12"), Self.network("192.168.0.0/16")])
    }
    // The last range of all has no address behind it.
    let end = try #require(AddressPool(Self.network("255.255.255.0/24"), prefixLength: 25))
    #expect(try AddressPool.firstFree(of: [end], avoiding: []).description == "255.255.255.0/25")
    #expect(throws: NetworkProblem.self) {
      try AddressPool.firstFree(of: [end], avoiding: [Self.network("255.255.255.0/24")])
    }
    #expect(AddressPool.uniqueLocal(host: 0x12_3456_789a, number: 7)?.description == "fd12:3456:789a:7::/64")
  }

  @Test func theLowestFreeAddressIsGiven() throws {
    let plan = try AddressPlan(subnet: Self.network("172.17.0.0/16"))
    #expect(plan.gatewayAddress.description == "172.17.0.1/16")
    #expect(try plan.firstFree(taken: []).description == "172.17.0.2")
    #expect(
      try plan.firstFree(taken: [Self.address("172.17.0.2"), Self.address("172.17.0.4")]).description
        == "172.17.0.3")
    let ranged = try AddressPlan(
      subnet: Self.network("172.17.0.0/16"), gateway: Self.address("172.17.5.128"),
      range: Self.network("172.17.5.128/25"))
    #expect(try ranged.firstFree(taken: []).description == "172.17.5.129")
    #expect(try ranged.claim(Self.address("172.17.9.9"), taken: []).description == "172.17.9.9")
    let six = try AddressPlan(subnet: Self.network("fd00:1::/64"))
    #expect(try six.firstFree(taken: []).description == "fd00:1::2")
  }

  @Test func aFullOrForeignNetworkSaysSo() throws {
    let small = try AddressPlan(subnet: Self.network("10.0.0.0/30"))
    #expect(try small.firstFree(taken: []).description == "10.0.0.2")
    let only: Set = [try Self.address("10.0.0.2")]
    #expect(throws: NetworkProblem("no available addresses on this pool: 10.0.0.0/30")) {
      try small.firstFree(taken: only)
    }
    for (text, words) in [
      ("10.0.0.4", "no configured subnet contains IP address 10.0.0.4"),
      ("10.0.0.2", "Address already in use: 10.0.0.2"), ("10.0.0.1", "Address already in use: 10.0.0.1"),
      ("10.0.0.0", "Address already in use: 10.0.0.0"), ("10.0.0.3", "Address already in use: 10.0.0.3"),
      ("fd00::1", "no configured subnet contains IP address fd00::1"),
    ] {
      #expect(throws: NetworkProblem(words)) { try small.claim(Self.address(text), taken: only) }
    }
  }

  @Test(
    arguments: [
      (
        "10.0.0.0/31", nil, nil,
        "subnet 10.0.0.0/31 is too small: a gateway and a container need a prefix of at most 30 bits"
      ),
      ("10.0.0.0/24", "10.0.1.1", nil, "no matching subnet for gateway 10.0.1.1"),
      ("10.0.0.0/24", nil, "10.0.0.0/16", "no matching subnet for range 10.0.0.0/16"),
      (
        "10.0.0.0/24", "10.0.0.255", nil, "gateway 10.0.0.255 is the first or the last address of 10.0.0.0/24"
      ),
    ] as [(String, String?, String?, String)])
  func whatDoesNotFitIsRefused(_ subnet: String, _ gateway: String?, _ range: String?, _ words: String) {
    #expect(throws: NetworkProblem(words)) {
      try AddressPlan(
        subnet: Self.network(subnet), gateway: gateway.map(Self.address), range: range.map(Self.network))
    }
  }

  @Test func portsAreTriedInOrder() {
    let reserved = PortWalk.reserved("49001,49003-49899\n")
    #expect(reserved == [49001...49001, 49003...49899])
    #expect(PortWalk.candidates(reserved: reserved) == [49000, 49002, 49900])
    #expect(PortWalk.candidates(reserved: reserved, previous: 49900) == [49900, 49000, 49002])
    #expect(PortWalk.candidates(reserved: reserved, previous: 49001) == [49000, 49002, 49900])
    #expect(PortWalk.candidates(reserved: reserved, previous: 80) == [49000, 49002, 49900])
    #expect(PortWalk.candidates().count == 901)
    #expect(PortWalk.reserved("") == [] && PortWalk.reserved("x,9-8,7") == [7...7])
  }
}
