/// A value of D-Bus's type system (D-Bus Specification, Type System): the types that systemd's interface uses.
package indirect enum BusValue: Sendable, Equatable {
  case byte(UInt8)
  case boolean(Bool)
  case int16(Int16)
  case uint16(UInt16)
  case int32(Int32)
  case uint32(UInt32)
  case int64(Int64)
  case uint64(UInt64)
  case double(Double)
  case string(String)
  case objectPath(String)
  case signature(String)
  /// The signature of one element, which an empty array needs too, and the elements, all of that type.
  case array(of: String, [BusValue])
  case structure([BusValue])
  case variant(BusValue)

  /// The signature of its type, such as `a(sv)`.
  package var signature: String {
    switch self {
    case .byte: "y"
    case .boolean: "b"
    case .int16: "n"
    case .uint16: "q"
    case .int32: "i"
    case .uint32: "u"
    case .int64: "x"
    case .uint64: "t"
    case .double: "d"
    case .string: "s"
    case .objectPath: "o"
    case .signature: "g"
    case .array(let element, _): "a\(element)"
    case .structure(let members): "(\(members.map(\.signature).joined()))"
    case .variant: "v"
    }
  }

  /// The text of a string or an object path.
  package var text: String? {
    switch self {
    case .string(let text), .objectPath(let text): text
    default: nil
    }
  }

  /// An array of bytes, such as a mask of processors.
  package static func bytes(_ bytes: [UInt8]) -> BusValue { .array(of: "y", bytes.map { .byte($0) }) }
}

/// The alignment of a type, by the first letter of its signature (D-Bus Specification, Summary of D-Bus marshalling).
func busAlignment(_ type: UInt8) -> Int? {
  switch type {
  case UInt8(ascii: "y"), UInt8(ascii: "g"), UInt8(ascii: "v"): 1
  case UInt8(ascii: "n"), UInt8(ascii: "q"): 2
  case UInt8(ascii: "b"), UInt8(ascii: "i"), UInt8(ascii: "u"), UInt8(ascii: "s"), UInt8(ascii: "o"),
    UInt8(ascii: "a"):
    4
  case UInt8(ascii: "x"), UInt8(ascii: "t"), UInt8(ascii: "d"), UInt8(ascii: "("), UInt8(ascii: "{"): 8
  default: nil
  }
}
