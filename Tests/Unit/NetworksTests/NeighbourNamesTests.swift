import Addresses
import Networks
import Testing

@Suite struct NeighbourNamesTests {
  private func line(_ address: String, _ names: String...) throws -> HostsFile.Line {
    HostsFile.Line(try #require(IPAddress(address)), names)
  }

  @Test func theBlockIsReplacedAndTheRestStays() throws {
    let base = "127.0.0.1\tlocalhost\n"
    let one = NeighbourNames.replace(in: base, by: [try line("10.0.0.2", "db", "data")])
    #expect(one == base + "# neighbours, kept by apus\n10.0.0.2\tdb data\n# end of neighbours\n")
    let two = NeighbourNames.replace(in: one + "10.1.1.1 mine\n", by: [try line("10.0.0.3", "web")])
    #expect(two == base + "# neighbours, kept by apus\n10.0.0.3\tweb\n# end of neighbours\n10.1.1.1 mine\n")
    #expect(NeighbourNames.replace(in: two, by: []) == base + "10.1.1.1 mine\n")
    // A file that the container has left without an end of line, or without our block's end.
    #expect(NeighbourNames.replace(in: "x", by: [try line("10.0.0.2", "db")]).hasPrefix("x\n# neigh"))
    #expect(NeighbourNames.replace(in: base, by: []) == base)
  }

  @Test func theHostsResolversAreTakenUnlessTheyAreItsOwn() {
    let host = "# comment\nnameserver 127.0.0.53\nnameserver 10.0.0.9\ndomain a\nsearch b c\noptions edns0\n"
    func content(_ text: String, isApart: Bool = true, servers: [String] = [], search: [String] = [])
      -> String
    {
      ResolverFile.content(host: text, servers: servers, search: search, options: [], isApart: isApart)
    }
    #expect(content(host) == "nameserver 10.0.0.9\nsearch b c\noptions edns0\n")
    #expect(content(host, isApart: false).hasPrefix("nameserver 127.0.0.53\nnameserver 10.0.0.9\n"))
    #expect(content(host, servers: ["9.9.9.9"], search: ["."]) == "nameserver 9.9.9.9\noptions edns0\n")
    #expect(content("nameserver 127.0.0.1\n") == "nameserver 8.8.8.8\nnameserver 8.8.4.4\n")
  }
}
