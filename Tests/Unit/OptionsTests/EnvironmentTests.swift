import Testing

@testable import Options

@Suite("--env and --env-file")
struct EnvironmentTests {
  @Test(
    arguments: [
      ("A=b", "A", "b"), ("A=", "A", ""), ("A", "A", nil), ("A=b=c", "A", "b=c"), ("A= b ", "A", " b "),
    ] as [(String, String, String?)])
  func anAssignmentIsSplitAtTheFirstSign(_ text: String, _ name: String, _ value: String?) throws {
    #expect(try EnvironmentAssignment(text) == EnvironmentAssignment(name: name, value: value))
  }

  @Test(arguments: ["", "=b"]) func anAssignmentWithoutANameIsRefused(_ text: String) {
    let error = #expect(throws: OptionError.self) { try EnvironmentAssignment(text) }
    #expect(
      error?.description
        == "--env \"\(text)\": invalid environment variable: a variable has a name: NAME=value or NAME")
  }

  @Test func aNameAloneTakesTheCallersValue() throws {
    let host = ["HOME": "/root"]
    #expect(try EnvironmentAssignment("HOME").resolved { host[$0] }.value == "/root")
    #expect(try EnvironmentAssignment("NONE").resolved { host[$0] }.value == nil)
    #expect(try EnvironmentAssignment("HOME=x").resolved { host[$0] }.value == "x")
  }

  @Test func aFileIsReadLineByLine() throws {
    let text = "\u{feff}A=1\n# remark\n\n  B=two words \nC\nD=\"quoted\"\r\nE=a=b"
    let file = try EnvironmentFile(Array(text.utf8), path: "f")
    #expect(
      file.assignments == [
        .init(name: "A", value: "1"), .init(name: "B", value: "two words "), .init(name: "C", value: nil),
        .init(name: "D", value: "\"quoted\""), .init(name: "E", value: "a=b"),
      ])
  }

  @Test(arguments: [
    ("A=1\n=2\n", "--env-file \"f\": line 2: no variable name before '='"),
    ("A B=1\n", "--env-file \"f\": line 1: variable \"A B\" contains a space"),
  ])
  func aBadLineIsNamed(_ text: String, _ message: String) {
    let error = #expect(throws: OptionError.self) { try EnvironmentFile(Array(text.utf8), path: "f") }
    #expect(error?.description == message)
  }

  @Test func aFileThatIsNoTextIsRefused() {
    #expect(throws: OptionError("--env-file", "f", "not a text in UTF-8")) {
      try EnvironmentFile([0x41, 0xff], path: "f")
    }
    #expect(throws: OptionError("--env-file", "f", "not a text in UTF-8")) {
      try EnvironmentFile([0x41, 0x3d, 0x00], path: "f")
    }
  }
}
