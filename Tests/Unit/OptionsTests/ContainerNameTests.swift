import Testing

@testable import Options

@Suite("--name and --hostname")
struct ContainerNameTests {
  @Test(arguments: ["web", "a1", "A_b.c-d", "9lives"]) func namesThatMayBe(_ name: String) throws {
    #expect(try ContainerName(name).text == name)
  }

  @Test func aSlashBeforeTheNameIsPassedOver() throws { #expect(try ContainerName("/web").text == "web") }

  @Test(arguments: ["", "a", "/", "-x", ".x", "a b", "a/b", "wéb", "//web"])
  func namesThatMayNotBe(_ name: String) {
    let error = #expect(throws: OptionError.self) { try ContainerName(name) }
    #expect(error?.option == "--name")
    #expect(
      error?.problem == "Invalid container name (\(name)), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed")
  }

  @Test(arguments: ["h", "my-host", "a.example.com", "under_score"]) func hostNamesThatMayBe(_ name: String)
    throws
  {
    #expect(try Hostname(name).text == name)
  }

  @Test func aHostNameHasAtMost64Bytes() throws {
    #expect(try Hostname(String(repeating: "a", count: 64)).text.count == 64)
    #expect(throws: OptionError.self) { try Hostname(String(repeating: "a", count: 65)) }
  }

  @Test(arguments: ["", "a b", "a\nb", "-a", "a#b"])
  func hostNamesThatWouldBreakEtcHostsAreRefused(_ name: String) {
    #expect(throws: OptionError.self) { try Hostname(name) }
  }
}
