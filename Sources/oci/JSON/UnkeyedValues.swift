/// The elements of an array, decoded in order.
struct UnkeyedValues: UnkeyedDecodingContainer {
  private let elements: [JSONValue]
  private let decoder: ValueDecoder
  private(set) var currentIndex = 0

  /// Wraps the array that `decoder` stands at.
  init(_ elements: [JSONValue], _ decoder: ValueDecoder) {
    self.elements = elements
    self.decoder = decoder
  }

  var codingPath: [any CodingKey] { decoder.codingPath }

  var count: Int? { elements.count }

  var isAtEnd: Bool { currentIndex >= elements.count }

  mutating func decodeNil() throws -> Bool {
    guard try current(JSONValue.self).isNull else { return false }
    currentIndex += 1
    return true
  }

  mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
    let value = try decoder.unwrap(type, current(type), at: .element(currentIndex))
    currentIndex += 1
    return value
  }

  mutating func decode(_ type: Bool.Type) throws -> Bool {
    let value = try decoder.bool(current(type), at: .element(currentIndex))
    currentIndex += 1
    return value
  }

  mutating func decode(_ type: String.Type) throws -> String {
    let value = try decoder.string(current(type), at: .element(currentIndex))
    currentIndex += 1
    return value
  }

  mutating func decode<Integer: FixedWidthInteger & Decodable>(_ type: Integer.Type) throws -> Integer {
    let value: Integer = try decoder.integer(current(type), at: .element(currentIndex))
    currentIndex += 1
    return value
  }

  mutating func decode(_ type: Double.Type) throws -> Double {
    let value = try decoder.double(current(type), at: .element(currentIndex))
    currentIndex += 1
    return value
  }

  mutating func decode(_ type: Float.Type) throws -> Float { Float(try decode(Double.self)) }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) throws -> KeyedDecodingContainer<Nested> {
    try inner().container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
    try inner().unkeyedContainer()
  }

  mutating func superDecoder() throws -> any Decoder { try inner() }

  private mutating func inner() throws -> ValueDecoder {
    let inner = ValueDecoder(try current(JSONObject.self), in: decoder, at: .element(currentIndex))
    currentIndex += 1
    return inner
  }

  private func current<Value>(_ type: Value.Type) throws -> JSONValue {
    guard !isAtEnd else { throw decoder.missing(type, at: .element(currentIndex)) }
    return elements[currentIndex]
  }
}
