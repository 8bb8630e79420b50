/// One JSON value, as RFC 8259 section 3 knows it.
///
/// Integers keep their exact value; a number with a fraction or an exponent, or an integer outside 64 bits,
/// is a `Double`.
package enum JSONValue: Sendable, Hashable {
  /// The literal `null`.
  case null
  /// The literal `true` or `false`.
  case bool(Bool)
  /// An integer that fits 64 bits with a sign.
  case integer(Int64)
  /// An integer above `Int64.max` that fits 64 bits without a sign; never holds a smaller one.
  case unsigned(UInt64)
  /// Any other number.
  case number(Double)
  /// A string; it may hold U+0000, which no C interface takes.
  case string(String)
  /// The elements in order.
  case array([JSONValue])
  /// The members in the order of the document.
  case object(JSONObject)
}

extension JSONValue {
  /// Whether this is `null`.
  package var isNull: Bool {
    if case .null = self { true } else { false }
  }

  /// The boolean, or nil for any other kind.
  package var bool: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }

  /// The string, or nil for any other kind.
  package var string: String? {
    if case .string(let value) = self { value } else { nil }
  }

  /// The elements, or nil for any other kind.
  package var array: [JSONValue]? {
    if case .array(let value) = self { value } else { nil }
  }

  /// The members, or nil for any other kind.
  package var object: JSONObject? {
    if case .object(let value) = self { value } else { nil }
  }

  /// The integer as the type asked for, or nil when this is no integer or does not fit.
  package func integer<Integer: FixedWidthInteger>(as type: Integer.Type = Integer.self) -> Integer? {
    switch self {
    case .integer(let value): Integer(exactly: value)
    case .unsigned(let value): Integer(exactly: value)
    case .null, .bool, .number, .string, .array, .object: nil
    }
  }

  /// The number as a `Double`, rounded when an integer has more than 53 bits; nil for any other kind.
  package var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .unsigned(let value): Double(value)
    case .number(let value): value
    case .null, .bool, .string, .array, .object: nil
    }
  }

  /// The member of an object, or nil when this is no object or has no such member.
  package subscript(key: String) -> JSONValue? {
    object?[key]
  }

  /// The element of an array, or nil when this is no array or is shorter.
  package subscript(index: Int) -> JSONValue? {
    guard let array, array.indices.contains(index) else { return nil }
    return array[index]
  }

  /// How an error message shows this value: scalars as written, at most 40 characters of a string, and only
  /// the kind of an array or object.
  package var summary: String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .unsigned(let value): String(value)
    case .number(let value): value.description
    case .string(let value): DocumentError.quote(value)
    case .array: "an array"
    case .object: "an object"
    }
  }
}

extension JSONValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// `null`.
  package init(nilLiteral: ()) { self = .null }
  /// A boolean.
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  /// An integer.
  package init(integerLiteral value: Int64) { self = .integer(value) }
  /// A string.
  package init(stringLiteral value: String) { self = .string(value) }
  /// An array.
  package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// An object; of a key given twice the last value counts.
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(JSONObject(elements.map { JSONObject.Member(key: $0.0, value: $0.1) }))
  }
}
