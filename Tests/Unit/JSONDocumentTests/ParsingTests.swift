import JSONDocument
import Testing

/// Strictness and exactness of the parser, and the words of its errors.
struct ParsingTests {
  @Test(
    arguments: [
      ("null", JSONValue.null),
      (" true ", true),
      ("false", false),
      ("0", 0),
      ("-0", 0),
      ("-9223372036854775808", .integer(.min)),
      ("9223372036854775807", .integer(.max)),
      ("9223372036854775808", .unsigned(9_223_372_036_854_775_808)),
      ("18446744073709551615", .unsigned(.max)),
      ("18446744073709551616", .number(18_446_744_073_709_551_616)),
      ("-9223372036854775809", .number(-9_223_372_036_854_775_808)),
      ("1.5", .number(1.5)),
      ("1e3", .number(1000)),
      ("-2.5E-1", .number(-0.25)),
      (#""a""#, "a"),
      (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"),
      (#""\u00e9\u20AC\ud83d\uDE00""#, "é€😀"),
      ("\"né 😀\"", "né 😀"),
      (#""\u0000""#, "\u{0}"),
      ("[]", []),
      ("{}", [:]),
      (" [ 1 , [ ] , { } ] ", [1, [], [:]]),
      (#"{"a":1,"b":{"c":[null]}}"#, ["a": 1, "b": ["c": [nil]]]),
    ] as [(String, JSONValue)])
  func everyValueOfTheGrammarIsRead(text: String, value: JSONValue) throws {
    #expect(try JSON.parse(Array(text.utf8), file: "x.json") == value)
  }

  @Test(
    arguments: [
      ("", "x.json: line 1 column 1: expected a value, found the end of the document"),
      ("{", "x.json: line 1 column 2: expected '\"' or '}', found the end of the document"),
      ("[1", "x.json: line 1 column 3: expected ',' or ']', found the end of the document"),
      ("{\n  \"a\": 1\n  x", "x.json: line 3 column 3: expected ',' or '}', found 'x'"),
      (#"{"a" 1}"#, "x.json: line 1 column 6: expected ':', found '1'"),
      (#"{"a":1,}"#, "x.json: line 1 column 8: expected '\"', found '}'"),
      ("{a:1}", "x.json: line 1 column 2: expected '\"' or '}', found 'a'"),
      ("[1,]", "x.json: line 1 column 4: expected a value, found ']'"),
      ("[1] x", "x.json: line 1 column 5: expected the end of the document, found 'x'"),
      ("null\0", "x.json: line 1 column 5: expected the end of the document, found the byte 0"),
      ("nul", "x.json: line 1 column 1: expected a value, found 'n'"),
      ("True", "x.json: line 1 column 1: expected a value, found 'T'"),
      ("'a'", "x.json: line 1 column 1: expected a value, found '''"),
      ("// no", "x.json: line 1 column 1: expected a value, found '/'"),
      ("[é]", "x.json: line 1 column 2: expected a value, found 'é'"),
      ("\u{feff}{}", "x.json: line 1 column 1: expected a value, found '\u{feff}'"),
      ("01", "x.json: line 1 column 1: a number must not begin with 0"),
      ("-", "x.json: line 1 column 2: expected a digit, found the end of the document"),
      ("+1", "x.json: line 1 column 1: expected a value, found '+'"),
      ("1.", "x.json: line 1 column 3: expected a digit, found the end of the document"),
      (".5", "x.json: line 1 column 1: expected a value, found '.'"),
      ("1e", "x.json: line 1 column 3: expected a digit, found the end of the document"),
      ("1e999", "x.json: line 1 column 1: a number is too large"),
      ("NaN", "x.json: line 1 column 1: expected a value, found 'N'"),
      ("\"abc", "x.json: line 1 column 5: expected '\"', found the end of the document"),
      ("\"é\n\"", "x.json: line 1 column 3: a control character in a string must be escaped"),
      ("\"\\n\n\"", "x.json: line 1 column 4: a control character in a string must be escaped"),
      (#""\x""#, "x.json: line 1 column 2: unknown escape in a string"),
      (#""\u12G4""#, "x.json: line 1 column 2: \\u needs four hexadecimal digits"),
      (#""\u+123""#, "x.json: line 1 column 2: \\u needs four hexadecimal digits"),
      (#""\ud83d""#, "x.json: line 1 column 2: half a surrogate pair in a string"),
      (#""\ud83d\u0041""#, "x.json: line 1 column 2: half a surrogate pair in a string"),
      (#""\ude00""#, "x.json: line 1 column 2: half a surrogate pair in a string"),
      (#""\"#, "x.json: line 1 column 2: unknown escape in a string"),
    ] as [(String, String)])
  func whatIsNotTheGrammarIsRefusedWithItsPlace(text: String, message: String) {
    #expect(failure { try JSON.parse(Array(text.utf8), file: "x.json") } == message)
  }

  @Test(
    arguments: [
      [0x22, 0xff, 0x22],
      [0x22, 0xc0, 0xaf, 0x22],
      [0x22, 0xed, 0xa0, 0x80, 0x22],
      [0x22, 0xe2, 0x82, 0x22],
      [0x22, 0x5c, 0x6e, 0xff, 0x22],
    ] as [[UInt8]])
  func stringsThatAreNotUTF8AreRefused(bytes: [UInt8]) {
    #expect(
      failure { try JSON.parse(bytes, file: "x.json") } == "x.json: line 1 column 2: a string is not UTF-8")
  }

  @Test func nestingEndsAt512Levels() throws {
    let fits = String(repeating: "[", count: 512) + String(repeating: "]", count: 512)
    #expect(throws: Never.self) { try JSON.parse(Array(fits.utf8), file: "x.json") }
    let tooDeep = String(repeating: "[", count: 100_000)
    let message = "x.json: line 1 column 513: nested deeper than 512 levels"
    #expect(failure { try JSON.parse(Array(tooDeep.utf8), file: "x.json") } == message)
  }

  @Test func ofAMemberGivenTwiceTheLastCounts() throws {
    let small = try JSON.parse(Array(#"{"a":1,"b":2,"a":3}"#.utf8), file: "x.json")
    #expect(small == ["a": 3, "b": 2])
    #expect(small.object?.keys == ["a", "b"])
    let many = (0..<40).map { #""k\#($0 % 30)":\#($0)"# }.joined(separator: ",")
    let large = try JSON.parse(Array("{\(many)}".utf8), file: "x.json")
    #expect(large.object?.count == 30)
    #expect(large["k5"] == 35)
    #expect(large["k15"] == 15)
  }

  @Test func membersCanBeSetReplacedAndRemoved() {
    var object = JSONObject()
    for index in 0..<20 { object["k\(index)"] = .integer(Int64(index)) }
    object["k3"] = "three"
    object["k0"] = nil
    object["absent"] = nil
    #expect(object.count == 19)
    #expect(object["k3"] == "three")
    #expect(object["k0"] == nil)
    #expect(object["k19"] == 19)
    #expect(object.keys.first == "k1")
  }

  @Test func objectsAreEqualWhateverTheOrder() {
    let left: JSONValue = ["a": 1, "b": [2]]
    let right: JSONValue = ["b": [2], "a": 1]
    #expect(left == right)
    #expect(Set([left, right]).count == 1)
    #expect(left != ["a": 1, "b": [3]])
  }
}

/// The text of the error thrown, or "nothing was refused".
func failure<Result>(_ body: () throws -> Result) -> String {
  do {
    _ = try body()
    return "nothing was refused"
  } catch {
    return String(describing: error)
  }
}
