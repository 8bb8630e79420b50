import JSONDocument
import Testing

/// Synthesised `Decodable` through the door, and the path in each error.
struct DecodingTests {
  enum Kind: String, ClosedStringSet {
    case pid, network, user
    static var noun: String { "kind" }
  }

  enum Plain: String, Codable { case on, off }

  struct Inner: Codable, Equatable {
    var kind: Kind
    var path: String?
  }

  struct Document: Codable, Equatable {
    var name: String
    var small: UInt8?
    var big: UInt64?
    var ratio: Double?
    var isOn: Bool?
    var words: [String]?
    var numbers: [Int32]?
    var inner: [Inner]?
    var map: [String: Inner]?
    var plain: Plain?
    var anything: JSONValue?
    var pairs: [[Bool?]]?
  }

  private func decode(_ text: String) throws -> Document {
    try JSON.decode(Document.self, from: Array(text.utf8), file: "config.json")
  }

  @Test func aDocumentWithEverythingIsRead() throws {
    let text = """
      {"name": "né", "small": 255, "big": 18446744073709551615, "ratio": 2, "isOn": true, "words": ["a", "b"],
       "numbers": [-1, 2], "inner": [{"kind": "pid"}, {"kind": "user", "path": "/x"}],
       "map": {"a.b": {"kind": "network"}}, "plain": "off", "anything": {"x": [1, null]},
       "pairs": [[true, null]], "unknown": {"is": "passed over"}}
      """
    let document = Document(
      name: "né", small: 255, big: .max, ratio: 2, isOn: true, words: ["a", "b"], numbers: [-1, 2],
      inner: [Inner(kind: .pid), Inner(kind: .user, path: "/x")], map: ["a.b": Inner(kind: .network)],
      plain: .off, anything: ["x": [1, nil]], pairs: [[true, nil]])
    #expect(try decode(text) == document)
    let written = try JSON.encode(document, style: .pretty)
    #expect(try JSON.decode(Document.self, from: written, file: "again.json") == document)
  }

  @Test func nullAndAbsentAreTheSameForAnOptional() throws {
    #expect(try decode(#"{"name": "a", "small": null, "words": null, "inner": null}"#) == Document(name: "a"))
  }

  @Test(
    arguments: [
      ("[]", "config.json: expected an object, found an array"),
      ("{}", "config.json: name: missing, expected a string"),
      (#"{"name": null}"#, "config.json: name: expected a string, found null"),
      (#"{"name": 5}"#, "config.json: name: expected a string, found 5"),
      (#"{"name": "", "small": 256}"#, "config.json: small: expected an integer from 0 to 255, found 256"),
      (#"{"name": "", "small": -1}"#, "config.json: small: expected an integer from 0 to 255, found -1"),
      (#"{"name": "", "small": 1.5}"#, "config.json: small: expected an integer from 0 to 255, found 1.5"),
      (#"{"name": "", "isOn": "yes"}"#, #"config.json: isOn: expected true or false, found "yes""#),
      (#"{"name": "", "ratio": "x"}"#, #"config.json: ratio: expected a number, found "x""#),
      (#"{"name": "", "words": "sh"}"#, #"config.json: words: expected an array, found "sh""#),
      (#"{"name": "", "words": ["a", 2]}"#, "config.json: words[1]: expected a string, found 2"),
      (
        #"{"name": "", "numbers": [1, 4294967296]}"#,
        "config.json: numbers[1]: expected an integer from -2147483648 to 2147483647, found 4294967296"
      ),
      (#"{"name": "", "inner": {}}"#, "config.json: inner: expected an array, found an object"),
      (#"{"name": "", "inner": [3]}"#, "config.json: inner[0]: expected an object, found 3"),
      (
        #"{"name": "", "inner": [{"kind": "pid"}, {}]}"#,
        #"config.json: inner[1].kind: missing, expected one of "pid", "network", "user""#
      ),
      (
        #"{"name": "", "inner": [{"kind": "pid"}, {"kind": "nett"}]}"#,
        #"config.json: inner[1].kind: unknown kind "nett", expected one of "pid", "network", "user""#
      ),
      (
        #"{"name": "", "map": {"a.b": {"kind": 1}}}"#,
        #"config.json: map["a.b"].kind: expected one of "pid", "network", "user", found 1"#
      ),
      (
        #"{"name": "", "plain": "dim"}"#,
        #"config.json: plain: "dim" does not fit: Cannot initialize Plain from invalid String value dim"#
      ),
      (#"{"name": "", "pairs": [[true], [0]]}"#, "config.json: pairs[1][0]: expected true or false, found 0"),
    ] as [(String, String)])
  func whatDoesNotFitIsNamedByItsPath(text: String, message: String) {
    #expect(failure { try decode(text) } == message)
  }

  @Test func anErrorKeepsPathAndFindings() {
    do {
      _ = try JSON.decode(Document.self, from: ["name": 5], file: "a.json")
      Issue.record("nothing was refused")
    } catch {
      #expect(error.path == "name")
      #expect(error.expected == "a string")
      #expect(error.found == "5")
      #expect(error.file == "a.json")
    }
  }

  @Test func aCheckOfOnesOwnReadsLikeTheOthers() {
    let error = DocumentError(
      file: "config.json", path: [.member("process"), .member("args"), .element(0)], rule: "must not be empty"
    )
    #expect(error.description == "config.json: process.args[0]: must not be empty")
  }

  @Test func longAndStrangeTextStaysOnOneShortLine() {
    let text = String(repeating: "x", count: 50) + "\n"
    let shown = String(repeating: "x", count: 40) + "…"
    #expect(
      failure { try JSON.decode(Bool.self, from: .string(text), file: "a") }
        == "a: expected true or false, found \"\(shown)\"")
    #expect(
      failure { try JSON.decode(Bool.self, from: "a\nb", file: "a") }
        == #"a: expected true or false, found "a\nb""#
    )
  }

  @Test(arguments: [1, 16, 17, 400])
  func membersOfLargeObjectsAreFound(count: Int) throws {
    let members = (0..<count).map { #""key\#($0)": "v\#($0)""# }.joined(separator: ",")
    let map = try JSON.decode([String: String].self, from: Array("{\(members)}".utf8), file: "a")
    #expect(map.count == count)
    #expect(map["key\(count - 1)"] == "v\(count - 1)")
  }
}

/// Containers that synthesis does not reach.
struct HandwrittenDecodingTests {
  class Base: Codable {
    var id: Int
    init(id: Int) { self.id = id }
  }

  final class Derived: Base {
    var name: String
    init(id: Int, name: String) {
      self.name = name
      super.init(id: id)
    }
    enum CodingKeys: CodingKey { case name, first, rest }
    required init(from decoder: any Decoder) throws {
      let keyed = try decoder.container(keyedBy: CodingKeys.self)
      var rest = try keyed.nestedUnkeyedContainer(forKey: .rest)
      let first = try keyed.nestedContainer(keyedBy: CodingKeys.self, forKey: .first)
      name = try first.decode(String.self, forKey: .name)
      while !rest.isAtEnd { name += try rest.decodeNil() ? "-" : String(rest.decode(Int.self)) }
      try super.init(from: keyed.superDecoder())
    }
    override func encode(to encoder: any Encoder) throws {
      var keyed = encoder.container(keyedBy: CodingKeys.self)
      var first = keyed.nestedContainer(keyedBy: CodingKeys.self, forKey: .first)
      try first.encode(name, forKey: .name)
      var rest = keyed.nestedUnkeyedContainer(forKey: .rest)
      try rest.encode(7)
      try rest.encodeNil()
      try super.encode(to: keyed.superEncoder())
    }
  }

  @Test func nestedAndSuperContainersGoBothWays() throws {
    let written = try JSON.encode(Derived(id: 4, name: "x"))
    #expect(
      String(decoding: written, as: UTF8.self) == #"{"first":{"name":"x"},"rest":[7,null],"super":{"id":4}}"#)
    let read = try JSON.decode(Derived.self, from: written, file: "a")
    #expect(read.id == 4)
    #expect(read.name == "x7-")
  }
}
