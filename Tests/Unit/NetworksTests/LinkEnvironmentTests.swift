import Addresses
import Testing

@testable import Networks

/// Rows 142 to 150 of the features: the seeds' own examples.
@Suite struct LinkEnvironmentTests {
  static func variables(
    _ alias: String, _ recipient: String = "web", _ environment: [String] = [], _ ports: [ContainerPort] = [],
    _ address: String = "172.17.0.5"
  ) throws -> [String] {
    LinkEnvironment.compile(
      alias: alias, recipient: recipient, sourceEnvironment: environment, ports: ports,
      address: try #require(IPAddress(address)))
  }

  @Test func oneOfTheSeedsInFull() throws {
    #expect(
      try Self.variables(
        "webdb", "web", ["HOME=/root", "PG=9.3", "PATH=/bin", "EMPTY=", "none", "A=b=c"],
        [ContainerPort(5432)], "172.17.0.82") == [
          "WEBDB_PORT=tcp://172.17.0.82:5432",
          "WEBDB_PORT_5432_TCP=tcp://172.17.0.82:5432",
          "WEBDB_PORT_5432_TCP_ADDR=172.17.0.82",
          "WEBDB_PORT_5432_TCP_PORT=5432",
          "WEBDB_PORT_5432_TCP_PROTO=tcp",
          "WEBDB_NAME=/web/webdb",
          "WEBDB_ENV_PG=9.3",
          "WEBDB_ENV_EMPTY=",
          "WEBDB_ENV_A=b=c",
        ])
  }

  @Test(arguments: [
    ("db", "web2", "DB_NAME=/web2/db"), ("db1", "web", "DB1_NAME=/web/db1"),
    ("my-db.x", "web", "MY_DB.X_NAME=/web/my-db.x"),
  ])
  func theNameSaysWhoIsLinkedAsWhat(_ alias: String, _ recipient: String, _ expected: String) throws {
    #expect(try Self.variables(alias, recipient) == [expected])
  }

  @Test(arguments: [
    ([ContainerPort(53, .udp), ContainerPort(80), ContainerPort(22)], "DB_PORT=tcp://172.17.0.5:22"),
    ([ContainerPort(53, .udp), ContainerPort(53)], "DB_PORT=tcp://172.17.0.5:53"),
    // All of TCP comes before other protocols, whatever the number.
    ([ContainerPort(22, .udp), ContainerPort(9000)], "DB_PORT=tcp://172.17.0.5:9000"),
    ([ContainerPort(90, .udp), ContainerPort(99, .sctp)], "DB_PORT=sctp://172.17.0.5:99"),
  ])
  func theFirstPortIsTheLowestOfTCP(_ ports: [ContainerPort], _ expected: String) throws {
    #expect(try Self.variables("db", "web", [], ports).first == expected)
  }

  @Test func rangesHaveABeginningAndAnEnd() throws {
    let ports = [8082, 80, 8081, 8080, 9000, 9001].map { ContainerPort($0) } + [ContainerPort(9002, .udp)]
    let found = try Self.variables("db", "web", [], ports)
    #expect(found.filter { $0.contains("_TCP_PROTO=") || $0.contains("_UDP_PROTO=") }.count == 7)
    #expect(
      found.filter { $0.contains("_START") || $0.contains("_END") } == [
        "DB_PORT_8080_TCP_START=tcp://172.17.0.5:8080", "DB_PORT_8080_TCP_PORT_START=8080",
        "DB_PORT_8080_TCP_END=tcp://172.17.0.5:8082", "DB_PORT_8080_TCP_PORT_END=8082",
        "DB_PORT_9000_TCP_START=tcp://172.17.0.5:9000", "DB_PORT_9000_TCP_PORT_START=9000",
        "DB_PORT_9000_TCP_END=tcp://172.17.0.5:9001", "DB_PORT_9000_TCP_PORT_END=9001",
      ])
    // Where docker puts it: once the next port shows that the range has ended.
    let place = try #require(found.firstIndex(of: "DB_PORT_8080_TCP_START=tcp://172.17.0.5:8080"))
    #expect(found[place - 1] == "DB_PORT_9000_TCP_PROTO=tcp")
    let last = try Self.variables("db", "web", [], [ContainerPort(1), ContainerPort(2)])
    #expect(last.suffix(2) == ["DB_PORT_1_TCP_PORT_END=2", "DB_NAME=/web/db"])
    #expect(try Self.variables("db", "web", [], [ContainerPort(65535)]).count == 6)
  }

  @Test func anAddressOfSixteenBytesStandsInBrackets() throws {
    let found = try Self.variables("db", "web", [], [ContainerPort(80)], "fd00::2")
    #expect(found[0] == "DB_PORT=tcp://[fd00::2]:80" && found[2] == "DB_PORT_80_TCP_ADDR=fd00::2")
  }

  @Test func aHostsLineHasAliasHostnameAndName() throws {
    let address = try #require(IPAddress("172.17.0.5"))
    for (alias, hostname, name, line) in [
      ("webdb", "6e5cdeb2d300", "db", "172.17.0.5\twebdb 6e5cdeb2d300 db"),
      ("db", "6e5cdeb2d300", "db", "172.17.0.5\tdb 6e5cdeb2d300"), ("db", "db", "db", "172.17.0.5\tdb"),
    ] {
      let link = HostsFile.Line.link(address, alias: alias, hostname: hostname, name: name)
      let text = HostsFile.content(
        hostname: "aed84ee21bde", own: [try #require(IPAddress("172.17.0.7"))],
        added: [HostsFile.Line(try #require(IPAddress("10.1.1.1")), ["extra"])], links: [link])
      #expect(
        text == """
          127.0.0.1\tlocalhost
          ::1\tlocalhost ip6-localhost ip6-loopback
          fe00::\tip6-localnet
          ff00::\tip6-mcastprefix
          ff02::1\tip6-allnodes
          ff02::2\tip6-allrouters
          10.1.1.1\textra
          \(line)
          172.17.0.7\taed84ee21bde

          """)
    }
    for (hostname, domain, names) in [
      ("box", nil, ["box"]), ("box", "example.org", ["box.example.org", "box"]),
      ("box.example.org", nil, ["box.example.org", "box"]),
      ("box.in", "example.org", ["box.in.example.org", "box"]),
    ] as [(String, String?, [String])] {
      #expect(HostsFile.ownNames(hostname: hostname, domain: domain) == names)
    }
    let alone = HostsFile.content(hostname: "box", domain: "example.org", own: [])
    #expect(alone.hasSuffix("\n127.0.0.1\tbox.example.org box\n"))
  }
}
