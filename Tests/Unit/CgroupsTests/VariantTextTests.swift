import LinuxBus
import Testing

@testable import Cgroups

/// GVariant's text format, and the annotations that are written in it.
@Suite struct VariantTextTests {
  static let rows: [(String, BusValue)] = [
    ("true", .boolean(true)), ("5", .int32(5)), ("-5", .int32(-5)), ("0x10", .int32(16)), ("010", .int32(8)),
    ("0", .int32(0)), ("uint64 123456789", .uint64(123_456_789)), ("byte 0xff", .byte(255)),
    ("int64 -1", .int64(-1)), ("@t 7", .uint64(7)), ("1.5", .double(1.5)), ("double 2", .double(2)),
    ("'inactive-or-failed'", .string("inactive-or-failed")), ("\"it's\"", .string("it's")),
    ("'it\\'s'", .string("it's")), ("objectpath '/a'", .objectPath("/a")),
    ("signature 'as'", .signature("as")),
    ("['a', 'b']", .array(of: "s", [.string("a"), .string("b")])), ("@as []", .array(of: "s", [])),
    ("[uint32 1, 2]", .array(of: "u", [.uint32(1), .uint32(2)])),
    (
      "@a(ss) [('/dev/null', 'rw')]", .array(of: "(ss)", [.structure([.string("/dev/null"), .string("rw")])])
    ),
    ("('a', true)", .structure([.string("a"), .boolean(true)])), ("(1,)", .structure([.int32(1)])),
    ("  7  ", .int32(7)),
  ]

  @Test(arguments: rows.indices) func reads(_ index: Int) {
    let (text, value) = VariantTextTests.rows[index]
    var parser = VariantText(text)
    #expect(parser.parse() == value, "\(text)")
  }

  @Test(arguments: [
    "", "yes", "'a", "[1, 'a']", "[]", "()", "5 6", "uint64 -1", "byte 256", "uint32", "@u 'a'", "(1",
    "[1,,2]",
    "--5", "objectpath 'a'", String(repeating: "[", count: 100), "{'a': 1}", "<1>",
  ])
  func refusesTheRest(_ text: String) {
    var parser = VariantText(text)
    #expect(parser.parse() == nil, "\(text)")
  }

  @Test func secondsBecomeMicroseconds() throws {
    let properties = try systemdProperties(annotations: [
      "org.systemd.property.TimeoutStopSec": "1.5", "org.systemd.property.RuntimeMaxUSec": "uint64 7",
      "org.example.other": "not ours",
    ])
    #expect(
      properties == [
        SystemdProperty("RuntimeMaxUSec", .uint64(7)), SystemdProperty("TimeoutStopUSec", .uint64(1_500_000)),
      ])
  }

  @Test(arguments: [
    ("Ab", "1", "\"Ab\" is no property, needed three letters or more"),
    ("After.x", "1", "\"After.x\" is no property, needed three letters or more"),
    ("Description", "web", "\"web\" is no GVariant text, needed one such as \"uint64 5\""),
    ("TimeoutStopSec", "'5'", "is no time, needed a number of seconds"),
    ("TimeoutStopSec", "-5", "is no time, needed a number of seconds"),
  ])
  func anAnnotationThatIsNoneIsRefused(_ name: String, _ value: String, _ problem: String) {
    let key = "org.systemd.property.\(name)"
    let error = #expect(throws: CgroupError.self) { try systemdProperties(annotations: [key: value]) }
    #expect(error?.description == "annotations[\"\(key)\"]: \(problem)")
  }
}
