import LinuxSystem
import Testing

@testable import Lifecycle

/// The words that callers match (spec/runtime-cli.md); each is a promise.
@Suite struct LifecycleErrorTests {
  @Test(arguments: [
    (LifecycleError.doesNotExist("web"), "container does not exist: \"web\""),
    (
      .incomplete("web", isBeingMade: true),
      "container does not exist yet: \"web\" is still being created"
    ),
    (
      .incomplete("web", isBeingMade: false),
      "container does not exist: \"web\" was never completed, delete it with --force"
    ),
    (.alreadyExists("web"), "container with given ID already exists: \"web\""),
    (.invalidIdentifier("a/b"), "invalid container ID format: \"a/b\""),
    (.wrongStatus("container not running"), "container not running"),
    (.initFailed("exec: \"x\": permission denied"), "exec: \"x\": permission denied"),
    (.usage("exec: process args cannot be empty"), "exec: process args cannot be empty"),
    (
      .system(
        what: "kill container \"web\"", SystemError("kill", code: ErrorCode.noProcess)),
      "kill container \"web\": kill: no such process"
    ),
    (
      .system(what: "", SystemError("open", code: ErrorCode.access, subject: "/x")),
      "open /x: permission denied"
    ),
    (
      .refused([Violation("root", "missing"), Violation("linux", "missing")]),
      "config.json: root: missing; config.json: linux: missing"
    ),
  ])
  func says(_ error: LifecycleError, _ words: String) {
    #expect(error.description == words)
    #expect(!words.contains("\n"))
  }

  @Test func whatItQuotesStaysOnOneLine() {
    let error = LifecycleError.refused([
      Violation("ociVersion", "\"a\nb\r\t\u{1b}[2J\u{7f}ä\" is not supported")
    ])
    #expect(
      error.description
        == #"config.json: ociVersion: "a\nb\r\t\u{1b}[2J\u{7f}ä" is not supported"#)
  }
}

@Suite struct ContainerIdentifierTests {
  static let longest = String(repeating: "a", count: 255)

  @Test(arguments: ["a", "web-1", "A_b+c.d", "...", "-", "0123456789abcdef", longest])
  func isAnID(_ id: String) throws { try ContainerStore.validate(id) }

  @Test(arguments: [
    "", ".", "..", "a/b", "../x", "a b", "~seccomp", "a\0b", "é", "a\n", "a:b", "@a", "[a]", "`a`", "{",
    longest + "a",
  ])
  func isNoID(_ id: String) {
    let error = #expect(throws: LifecycleError.self) { try ContainerStore.validate(id) }
    #expect(error?.description == onOneLine("invalid container ID format: \"\(id)\""))
  }
}
