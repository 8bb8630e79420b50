import Addresses
import Firewall
import LinuxSystem
import Testing

@testable import Netlink

/// What the kernel tracks, and forgets when it is told to.
@Suite struct ConnectionTests {
  @Test func connectionsAreFoundByAddressAndPortAndForgotten() throws {
    let host = try TestNamespace()
    var rules = try host.rules()
    // Rules that change addresses have connections tracked.
    try rules.commit(NetworkRules.compile(), table: "apus", family: .inet)
    let web = try host.inside { try Listener(.v4, port: 80) }
    let other = try host.inside { try Listener(.v6, port: 81) }
    #expect(try web.seen(from: host, to: "127.0.0.1", 80) == "127.0.0.1")
    #expect(try other.seen(from: host, to: "::1", 81) == "::1")
    let own = try #require(IPAddress("127.0.0.1"))
    let strange = try #require(IPAddress("10.1.1.1"))
    let found = try #require(try rules.connections(.to(ContainerPort(80), .v4)))
    #expect(found.count == 1)
    #expect(found.first?.forth.source == own && found.first?.back.sourcePort == 80)
    #expect(found.first?.isDirect == true)
    #expect(try rules.connections(.to(ContainerPort(81), .v6))?.first?.forth.destination == IPAddress("::1"))
    #expect(try rules.connections(.to(ContainerPort(81), .v4)) == [])
    #expect(try rules.connections(.to(ContainerPort(80, .udp), .v4)) == [])
    #expect(try rules.connections(.from(own)) == found)
    #expect(try rules.connections(.answeredBy(own)) == found)
    #expect(try rules.connections(.from(strange)) == [])
    #expect(try rules.connections(.all(.v4)) == found)
    #expect(try rules.connections(.all(.v6))?.count == 1)
    #expect(try rules.forgetConnections(.answeredBy(own)) { _ in false } == 0)
    #expect(try rules.forgetConnections(.answeredBy(strange)) == 0)
    #expect(try rules.forgetConnections(.answeredBy(own)) == 1)
    #expect(try rules.connections(.to(ContainerPort(80), .v4)) == [])
    #expect(try rules.connections(.to(ContainerPort(81), .v6))?.count == 1)
  }

  @Test func othersChainsAndTheDevicesTheyNameAreSeen() throws {
    let host = try TestNamespace()
    _ = try host.output(
      "nft",
      [
        "table ip filter { chain FORWARD { type filter hook forward priority 0; policy drop; iifname \"apus0\" accept; }; chain DOCKER-USER { }; }"
      ])
    var rules = try host.rules()
    let chain = try #require(try rules.baseChains().first)
    #expect(chain.isClosed && chain.table == "filter" && chain.family == NFTFamily.ip.rawValue)
    #expect(try Set(rules.chainNames(inTable: "filter", family: 2)) == ["FORWARD", "DOCKER-USER"])
    #expect(try rules.names(["apus0", "apus1"], inRulesOf: "filter", family: 2) == ["apus0"])
    #expect(try rules.hasRules(inChain: "FORWARD", "filter", .ip))
    #expect(try !rules.hasRules(inChain: "DOCKER-USER", "filter", .ip))
    #expect(try !rules.hasRules(inChain: "forward", "apus", .inet))
  }
}
