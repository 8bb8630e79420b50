import Addresses
import Firewall
import LinuxSystem
import Testing

@testable import Netlink

/// Transactions that are larger than what a socket has room for by itself.
@Suite struct ManyElementsTests {
  private static func ports(_ range: ClosedRange<UInt16>) throws -> [(NFTSet, [NFTElement])] {
    let address = try #require(IPAddress("172.30.0.2"))
    return range.flatMap { number in
      [PortProtocol.tcp, .udp].map {
        RuledPort(host: IPAddress(.v4, 0), number, $0, to: address, number).element()
      }
    }
  }

  // The length of an attribute has 16 bits, and a list of elements is one.
  @Test(arguments: [false, true]) func noListIsLargerThanAnAttribute(isOneList: Bool) throws {
    let ports = try Self.ports(20000...31000)
    let all = ports.flatMap(\.1)
    let objects = isOneList ? [.elements(ports[0].0, all)] : NetworkRules.adding(ports)
    let batch = NetlinkBatch(transaction: objects, table: "apus", family: .inet)
    let messages = try #require(NetlinkReply.split(batch.bytes))
    let lists = messages.dropFirst().dropLast().map {
      $0.attributes(after: 4).inside(UInt32(3)).values.count
    }
    #expect(lists.reduce(0, +) == all.count)
    #expect(lists.allSatisfy { (1...256).contains($0) })
    #expect(messages.allSatisfy { $0.body.count < 65536 })
    #expect(batch.bytes.count > 212_992)
  }

  @Test func twentyTwoThousandElementsAreOneTransaction() throws {
    let host = try TestNamespace()
    var rules = try host.rules()
    let ports = try Self.ports(20000...31000)
    try rules.commit(
      NetworkRules.compile() + NetworkRules.adding(ports), table: "apus", family: .inet)
    let found = try rules.elements(of: NetworkRules.v4.ports, table: "apus", family: .inet)
    #expect(Set(found) == Set(ports.flatMap(\.1)))
    try rules.commit(NetworkRules.removing(ports), table: "apus", family: .inet)
    #expect(try rules.elements(of: NetworkRules.v4.ports, table: "apus", family: .inet).isEmpty)
  }

  // Each message that is refused is answered, and the answers are more than a socket has room for by itself.
  @Test func tenThousandRefusalsAreOneError() throws {
    let host = try TestNamespace()
    var rules = try host.rules()
    try rules.commit(NetworkRules.compile(), table: "apus", family: .inet)
    let absent = try Self.ports(20000...24999).map { NFTObject.absentElements($0.0, $0.1) }
    for _ in 0..<2 {
      let error = #expect(throws: NetlinkError.self) {
        try rules.commit(absent, table: "apus", family: .inet)
      }
      #expect(error?.code == ErrorCode.noEntry)
    }
    #expect(try rules.hasRules(inChain: "forward", "apus", .inet))
  }

  @Test func anAnswerThatDoesNotComeIsAnError() throws {
    let host = try TestNamespace()
    let error = try host.inside {
      var rules = try NetlinkSocket(.netfilter, silence: 1)
      return #expect(throws: NetlinkError.self) {
        // A beginning and an end, neither of which asks for an answer.
        let batch = NetlinkBatch(transaction: [], table: "apus", family: .inet)
        try rules.performTransaction(batch, "try", "it")
      }
    }
    #expect(error?.code == ErrorCode.again)
    #expect(error?.description.hasSuffix("(the kernel has not answered in 1 s)") == true)
  }
}
