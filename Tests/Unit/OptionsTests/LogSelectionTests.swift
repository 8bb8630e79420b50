import Testing

@testable import Options

@Suite("--log-driver and --log-opt")
struct LogSelectionTests {
  private func limits(_ options: String...) throws -> LogSelection.Limits {
    try LogSelection(driver: nil, options: options).limits()
  }

  @Test func theDefaultIsAJSONFileThatIsRotated() throws {
    let selection = try LogSelection(driver: nil, options: [])
    #expect(selection == LogSelection())
    #expect(selection.driver == .jsonFile)
    #expect(try limits() == LogSelection.Limits(maximumBytes: 10_000_000, maximumFiles: 3, compresses: false))
  }

  @Test(
    arguments: [
      ("1", 1), ("512k", 512_000), ("10m", 10_000_000), ("10M", 10_000_000), ("10mb", 10_000_000),
      ("1.5g", 1_500_000_000),
      ("2t", 2_000_000_000_000), ("100b", 100), ("-1", nil),
    ] as [(String, Int64?)])
  func sizesAreDockers(text: String, bytes: Int64?) throws {
    #expect(try limits("max-size=\(text)").maximumBytes == bytes)
  }

  @Test(arguments: ["", "0", "m", "10x", "-2", "1e3", "10 m", "1..5m", "0.1", "99999999t", "inf", "nan"])
  func whatIsNoSizeIsRefused(text: String) {
    let error = #expect(throws: OptionError.self) { try limits("max-size=\(text)") }
    #expect(error?.problem == "expected a size such as 512k, 10m or 1g, or -1 for no limit")
  }

  @Test(
    arguments: [
      ("syslog", [], "no such log driver; there are json-file, k8s-file, journald, none, passthrough"),
      (
        "json-file", ["colour=red"],
        "unknown log opt for the log driver json-file: it has max-size, max-file, compress, labels, env, tag"
      ),
      ("journald", ["max-size=1m"], "unknown log opt for the log driver journald: it has labels, env, tag"),
      ("none", ["max-size=1m"], "unknown log opt for the log driver none: it has none"),
      ("json-file", ["max-size"], "a log option is NAME=VALUE"),
      ("k8s-file", ["max-file=0"], "expected a number from 1 to 500"),
      ("k8s-file", ["compress=yes"], "expected true or false"),
      (
        "k8s-file", ["compress=true", "max-file=1"],
        "there is nothing to compress: max-file must be 2 or more, and max-size set"
      ),
      (
        "json-file", ["tag={{.Colour}}"],
        "the fields of a tag are {{.ID}}, {{.FullID}}, {{.Name}}, {{.ImageID}}, {{.ImageFullID}}, {{.ImageName}}"
      ),
    ] as [(String, [String], String)])
  func whatCannotBeMeantIsRefused(driver: String, options: [String], problem: String) {
    let error = #expect(throws: OptionError.self) { try LogSelection(driver: driver, options: options) }
    #expect(error?.problem == problem)
  }

  @Test func aTagIsFilledIn() throws {
    let tag = try LogTag("a {{.Name}}/{{ .ID }}b")
    #expect(tag.text { $0 == .name ? "web" : "1234" } == "a web/1234b")
    #expect(try LogTag("plain").text { _ in "x" } == "plain")
  }
}
