import Testing

@testable import Options

@Suite("--label, --network, and text in messages")
struct SmallOptionTests {
  @Test(arguments: [("a=b", "a", "b"), ("a", "a", ""), ("a=", "a", ""), ("a.b/c=d=e", "a.b/c", "d=e")])
  func aLabelHasAKeyAndAValue(_ text: String, _ key: String, _ value: String) throws {
    let label = try Label(text)
    #expect(label.key == key)
    #expect(label.value == value)
  }

  @Test func aLabelWithoutAKeyIsRefused() {
    #expect(throws: OptionError("--label", "=x", "a label has a key: KEY=value or KEY")) { try Label("=x") }
  }

  @Test func onlyNetworksThatCanBeHadAreTaken() throws {
    #expect(try NetworkOption("none").mode == .none)
    #expect(try NetworkOption("host").mode == .host)
    #expect(try NetworkOption("bridge").mode == .bridge)
    #expect(try NetworkOption("container:web").mode == .container("web"))
    #expect(try NetworkOption("name=app,alias=db,ip=172.30.0.9").aliases == ["db"])
    let error = #expect(throws: OptionError.self) { try NetworkOption("a/b") }
    #expect(
      error?.description
        == "--network \"a/b\": expected bridge, none, host, container:NAME or a network's name")
  }

  @Test func aMessageStaysOnOneLine() {
    #expect(quoted("a\n\"b\"\\\u{1}\u{7f}") == "\"a\\n\\\"b\\\"\\\\\\x01\\x7f\"")
  }

  @Test(arguments: [
    ("/", "/"), ("//a///b/", "/a/b"), ("/a/./b/../c", "/a/c"), ("/../..", "/"), ("/a/b/../../..", "/"),
  ])
  func aPathIsCleaned(_ path: String, _ clean: String) { #expect(cleanPath(path) == clean) }
}
