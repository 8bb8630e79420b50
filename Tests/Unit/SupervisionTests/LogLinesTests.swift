import JSONDocument
import ShimProtocol
import Testing

@testable import Supervision

/// The entries of log files.
struct LogLinesTests {
  private let time = Array("T".utf8)

  /// The entries that chunks of output become, as text; at the end of the stream if `ended`.
  private func entries(
    _ chunks: [[UInt8]], ended: Bool = true, format: LogFormat = .json(attributes: [])
  ) -> String {
    var (lines, output) = (LogLines(), [UInt8]())
    let renderer = EntryRenderer(format, .output)
    func append(_ text: ArraySlice<UInt8>, _ isEnded: Bool) {
      renderer.append(text, isEnded: isEnded, time: time, to: &output)
    }
    for chunk in chunks { lines.take(chunk[...], append) }
    if ended { lines.end(append) }
    return String(decoding: output, as: UTF8.self)
  }

  /// The `log` members.
  private func texts(_ chunks: [[UInt8]]) throws -> [String] {
    try entries(chunks).split(separator: "\n").map { line in
      let entry = try JSON.parse(Array(line.utf8), file: "log")
      #expect(entry["stream"]?.string == "stdout")
      return try #require(entry["log"]?.string)
    }
  }

  @Test func anEntryIsAsDockerWritesIt() {
    #expect(entries([Array("hello\n".utf8)]) == #"{"log":"hello\n","stream":"stdout","time":"T"}"# + "\n")
  }

  @Test func attributesStandBeforeTheTime() {
    let fields = [LogOptions.Field("a", "1"), LogOptions.Field("b\"", "x\ny")]
    let expected =
      #"{"log":"x\n","stream":"stdout","attrs":{"a":"1","b\"":"x\ny"},"time":"T"}"# + "\n"
    #expect(entries([Array("x\n".utf8)], format: .json(attributes: fields)) == expected)
  }

  @Test func kubernetesLinesSayWhatIsPartial() {
    let long = [UInt8](repeating: UInt8(ascii: "x"), count: LogLines.longest)
    let chunks = [Array("a\n\n".utf8), long, Array("y\nend".utf8)]
    let xs = String(decoding: long, as: UTF8.self)
    #expect(
      entries(chunks, format: .conmon) == entries(chunks, format: .k8s))
    #expect(
      entries(chunks, format: .k8s)
        == "T stdout F a\nT stdout F \nT stdout P \(xs)\nT stdout F y\nT stdout P end\n")
  }

  @Test(
    arguments: [
      (["a\nb\n"], ["a\n", "b\n"]),
      (["a", "b\n"], ["ab\n"]),
      (["a\n\nb"], ["a\n", "\n", "b"]),
      (["a\r\n"], ["a\r\n"]),
      ([], []),
      (["\u{1}\t\"\\\u{7f}é€😀\n"], ["\u{1}\t\"\\\u{7f}é€😀\n"]),
    ] as [([String], [String])])
  func linesAreEntries(chunks: [String], expected: [String]) throws {
    #expect(try texts(chunks.map { Array($0.utf8) }) == expected)
  }

  @Test func whatHasNoEndYetWaits() {
    #expect(entries([Array("prompt> ".utf8)], ended: false) == "")
  }

  @Test(arguments: [1, 1000, 16383, 16384, 16385, 32768])
  func aLongLineIsCutAt16KiBAndNothingIsLost(chunkSize: Int) throws {
    let line = (0..<40_000).map { UInt8(ascii: "a") + UInt8($0 % 26) } + [UInt8(ascii: "\n")]
    let chunks = stride(from: 0, to: line.count, by: chunkSize).map {
      Array(line[$0..<min($0 + chunkSize, line.count)])
    }
    let found = try texts(chunks)
    #expect(found.map(\.utf8.count) == [16384, 16384, 40_001 - 32768])
    #expect(Array(found.joined().utf8) == line)
    #expect(found.dropLast().allSatisfy { !$0.hasSuffix("\n") })
  }

  @Test func aCutDoesNotSplitACharacter() throws {
    let line = Array((String(repeating: "a", count: 16382) + "€" + "b\n").utf8)
    #expect(try texts([line]) == [String(repeating: "a", count: 16382), "€b\n"])
  }

  @Test(
    arguments: [
      ([0xff], #"\ufffd"#), ([0x61, 0xc3], #"a\ufffd"#), ([0xc0, 0x80], #"\ufffd\ufffd"#),
      ([0xed, 0xa0, 0x80], #"\ufffd\ufffd\ufffd"#), ([0xf4, 0x90, 0x80, 0x80], #"\ufffd\ufffd\ufffd\ufffd"#),
      ([0xe2, 0x82, 0x61], #"\ufffd\ufffda"#), ([0xf0, 0x9f, 0x98, 0x80], "😀"),
      ([0, 0x1f], #"\u0000\u001f"#),
    ] as [([UInt8], String)])
  func bytesThatAreNoCharacterAreReplacedOneByOne(bytes: [UInt8], expected: String) {
    var output: [UInt8] = []
    UTF8Text.appendEscaped(bytes[...], to: &output)
    #expect(String(decoding: output, as: UTF8.self) == expected)
  }

  @Test func anyBytesMakeAnEntryThatCanBeRead() throws {
    var random = SystemRandomNumberGenerator()
    let bytes = (0..<100_000).map { _ in UInt8.random(in: 0...255, using: &random) }
    let expected = String(decoding: bytes, as: UTF8.self).unicodeScalars.filter { $0 != "\u{fffd}" }
    let found = try texts([bytes]).joined().unicodeScalars.filter { $0 != "\u{fffd}" }
    #expect(String(String.UnicodeScalarView(found)) == String(String.UnicodeScalarView(expected)))
  }
}
