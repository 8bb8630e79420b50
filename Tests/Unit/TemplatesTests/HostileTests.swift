import JSONDocument
import Templates
import Testing

@Suite("Templates that nobody means")
struct HostileTests {
  private static let words = [
    "{{", "}}", "{{-", "-}}", " ", "/*", "*/", ".", ".Name", ".Args", ".Labels", ".Nothing", "$", "$x", ":=",
    "=", ",", "|", "(", ")",
    "if ", "else ", "end", "range ", "with ", "define ", "block ", "template ", "break", "continue", "\"a\"",
    "`b`", "'c'", "\"\\", "'",
    "nil", "true", "-1", "0x", "1e9", "9223372036854775807", "-9223372036854775808", "1.5", "index ",
    "slice ", "len ", "printf ",
    "\"%*.*d%[1]s%\"", "\"%!%.9f%+q% x\"", "eq ", "and ", "or ", "not ", "json ", "split ", "join ", "pad ",
    "truncate ", "title ", "js ", "\n", "é",
  ]

  /// The same each time: a failure can be looked at again.
  private struct Numbers: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }
  }

  @Test func theyEndInAnErrorOrInText() {
    var numbers = Numbers(state: 1)
    var rendered = 0
    for _ in 0..<20_000 {
      var template = "{{"
      for _ in 0..<Int.random(in: 1...12, using: &numbers) {
        template += Self.words.randomElement(using: &numbers) ?? ""
      }
      template += "}}"
      if !render(template).hasPrefix("template parsing error: ") { rendered += 1 }
    }
    #expect(rendered > 0)
  }
}
