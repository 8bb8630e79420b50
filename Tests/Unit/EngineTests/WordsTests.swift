import LinuxSystem
import ShimProtocol
import Testing

@testable import Engine

@Suite("Durations, sizes and names")
struct WordsTests {
  @Test(
    arguments: [
      (0, "Less than a second"), (1, "1 second"), (2, "2 seconds"), (59, "59 seconds"),
      (60, "About a minute"),
      (119, "About a minute"), (120, "2 minutes"), (3599, "59 minutes"), (3600, "About an hour"),
      (5399, "About an hour"), (5400, "2 hours"), (47 * 3600, "47 hours"), (48 * 3600, "2 days"),
      (13 * 86400, "13 days"), (14 * 86400, "2 weeks"), (59 * 86400, "8 weeks"), (60 * 86400, "2 months"),
      (729 * 86400, "24 months"), (730 * 86400, "2 years"), (-5, "Less than a second"),
    ] as [(Int64, String)])
  func durationsAreDockers(_ seconds: Int64, _ words: String) {
    #expect(HumanDuration(seconds: seconds).description == words)
  }

  @Test func aDurationCountsWholeSeconds() {
    let start = Timestamp(seconds: 10, nanoseconds: 900_000_000)
    #expect(HumanDuration(from: start, to: Timestamp(seconds: 12, nanoseconds: 100_000_000)).seconds == 1)
  }

  @Test(
    arguments: [
      (0, "0B"), (999, "999B"), (1000, "1kB"), (1234, "1.23kB"), (12_345, "12.3kB"), (123_456, "123kB"),
      (1_980_000, "1.98MB"), (187_000_000, "187MB"), (1_500_000_000, "1.5GB"), (10_000_000, "10MB"),
    ] as [(Int64, String)])
  func sizesAreDockers(_ bytes: Int64, _ words: String) {
    #expect(HumanSize(bytes: bytes).description == words)
  }

  @Test func namesAreMadeOfTwoWords() throws {
    #expect(NameGenerator.name([0, 0, 0, 0], attempt: 0) == "able_abel")
    #expect(NameGenerator.name([0, 1, 0, 1], attempt: 3) == "agile_agnesi3")
    for byte in UInt8.min...UInt8.max {
      let name = NameGenerator.name([byte, byte, byte, byte &+ 7], attempt: 0)
      #expect(name.split(separator: "_").count == 2, "\(name)")
      #expect(name.allSatisfy { $0.isLowercase || $0 == "_" }, "\(name)")
    }
  }

  @Test func aForeignMessageBecomesOneLine() {
    #expect(EngineError(.failed, "a\nb\r\nc").message == "a b c")
  }
}
