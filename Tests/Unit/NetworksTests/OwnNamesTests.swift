import Addresses
import Testing

@testable import Networks

/// What a container's hosts file says of itself while networks come and go.
@Suite struct OwnNamesTests {
  @Test func linesComeOnceAndGoWithoutTheOthers() throws {
    let one = HostsFile.Line(try #require(IPAddress("10.1.0.2")), ["web"])
    let two = HostsFile.Line(try #require(IPAddress("10.2.0.2")), ["web.example", "web"])
    let text = "127.0.0.1\tlocalhost\n10.1.0.2\tweb\n# mine"
    let more = HostsFile.adding([one, two], to: text)
    #expect(more == text + "\n10.2.0.2\tweb.example web\n")
    #expect(HostsFile.adding([two], to: more) == more)
    #expect(HostsFile.removing([two], from: more) == text + "\n")
    #expect(HostsFile.removing([one], from: text) == "127.0.0.1\tlocalhost\n# mine")
    #expect(HostsFile.removing([two], from: text) == text)
    #expect(HostsFile.adding([one], to: "") == "10.1.0.2\tweb\n")
  }
}
