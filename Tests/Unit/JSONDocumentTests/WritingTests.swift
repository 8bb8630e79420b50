import JSONDocument
import Testing

/// The text that is written.
struct WritingTests {
  struct Sample: Codable {
    var name = "a"
    var absent: String?
    var list: [Int] = [1, 2]
    var empty: [String] = []
    var map = ["z": 1, "b": 2, "y": 3, "a": 4]
    var none: [String: Int] = [:]
  }

  private func text<Value: Encodable>(_ value: Value, _ style: JSON.Style = .compact) throws -> String {
    String(decoding: try JSON.encode(value, style: style), as: UTF8.self)
  }

  @Test func membersKeepTheirOrderAndDictionariesAreSorted() throws {
    #expect(
      try text(Sample())
        == #"{"name":"a","list":[1,2],"empty":[],"map":{"a":4,"b":2,"y":3,"z":1},"none":{}}"#)
  }

  @Test func prettyTextIsIndentedByTwoSpacesOrATab() throws {
    let value: JSONValue = ["b": [1, [:]], "a": []]
    #expect(try text(value, .pretty) == "{\n  \"b\": [\n    1,\n    {}\n  ],\n  \"a\": []\n}")
    #expect(try text(value, .tabs) == "{\n\t\"b\": [\n\t\t1,\n\t\t{}\n\t],\n\t\"a\": []\n}")
  }

  @Test func membersCanBeSortedAtEveryLevel() throws {
    let value: JSONValue = ["b": ["d": 1, "c": 2], "a": 3]
    #expect(
      try text(value, JSON.Style(indentation: .none, sortsKeys: true)) == #"{"a":3,"b":{"c":2,"d":1}}"#)
  }

  @Test(
    arguments: [
      (JSONValue.integer(.min), "-9223372036854775808"),
      (.unsigned(.max), "18446744073709551615"),
      (.number(1.5), "1.5"),
      (.number(1e300), "1e+300"),
      (
        "\"\\/\u{8}\u{c}\n\r\t\u{1}\u{1f}\u{7f}é😀\u{2028}<&>",
        "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\u{7f}é😀\u{2028}<&>\""
      ),
      (nil, "null"),
      (true, "true"),
    ] as [(JSONValue, String)])
  func everyValueIsWrittenExactlyAndReadBack(value: JSONValue, expected: String) throws {
    #expect(try text(value) == expected)
    #expect(try JSON.parse(Array(expected.utf8), file: "a") == value)
  }

  @Test func everyWidthOfIntegerIsExact() throws {
    #expect(try text([UInt64.max, 0]) == "[18446744073709551615,0]")
    #expect(try text([Int64.min, .max]) == "[-9223372036854775808,9223372036854775807]")
    #expect(try text(Int8(-3)) == "-3")
    #expect(try text(["a": UInt16.max]) == #"{"a":65535}"#)
    #expect(try text("x") == #""x""#)
    #expect(try text(Float(0.5)) == "0.5")
  }

  @Test func aNumberThatIsNotFiniteIsRefusedByItsPath() {
    #expect(failure { try JSON.encode(["a": [1, Double.infinity]]) } == "a[1]: JSON has no number inf")
  }
}
