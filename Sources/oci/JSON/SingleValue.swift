/// One value, decoded as a whole.
struct SingleValue: SingleValueDecodingContainer {
  private let decoder: ValueDecoder

  /// Wraps the value that `decoder` stands at.
  init(_ decoder: ValueDecoder) {
    self.decoder = decoder
  }

  var codingPath: [any CodingKey] { decoder.codingPath }

  func decodeNil() -> Bool { decoder.value.isNull }

  func decode<Value: Decodable>(_ type: Value.Type) throws -> Value { try decoder.unwrap(type) }

  func decode(_ type: Bool.Type) throws -> Bool { try decoder.bool(decoder.value, at: nil) }

  func decode(_ type: String.Type) throws -> String { try decoder.string(decoder.value, at: nil) }

  func decode(_ type: Double.Type) throws -> Double { try decoder.double(decoder.value, at: nil) }

  func decode(_ type: Float.Type) throws -> Float { Float(try decode(Double.self)) }

  func decode<Integer: FixedWidthInteger & Decodable>(_ type: Integer.Type) throws -> Integer {
    try decoder.integer(decoder.value, at: nil)
  }
}
