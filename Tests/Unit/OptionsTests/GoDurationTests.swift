import Options
import Testing

@Suite("Lengths of time as Go's flags take them")
struct GoDurationTests {
  @Test(
    arguments: [
      ("0", 0), ("5s", 5_000_000_000), ("1m30s", 90_000_000_000), ("1.5h", 5_400_000_000_000),
      ("300ms", 300_000_000), ("1us", 1000), ("1µs", 1000), ("7ns", 7), ("+2s", 2_000_000_000),
      ("-1s", -1_000_000_000), (".5s", 500_000_000), ("1.s", 1_000_000_000),
    ] as [(String, Int64)])
  func theyAreRead(text: String, nanoseconds: Int64) throws {
    #expect(try GoDuration(text, option: "--x").nanoseconds == nanoseconds)
  }

  @Test(
    arguments: [
      ("", "time: invalid duration \"\""), ("abc", "time: invalid duration \"abc\""),
      ("5", "time: missing unit in duration \"5\""), ("5x", "time: unknown unit \"x\" in duration \"5x\""),
      ("1..5s", "time: invalid duration \"1..5s\""), ("-", "time: invalid duration \"-\""),
      ("9999999h", "time: invalid duration \"9999999h\": at most 2562047h fit"),
    ])
  func whatIsNoneIsToldInGosWords(text: String, problem: String) {
    #expect(throws: OptionError("--x", text, problem)) { try GoDuration(text, option: "--x") }
  }
}
