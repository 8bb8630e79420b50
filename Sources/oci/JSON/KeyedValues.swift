/// The members of an object, decoded by key.
struct KeyedValues<Key: CodingKey>: KeyedDecodingContainerProtocol {
  private let object: JSONObject
  private let decoder: ValueDecoder

  /// Wraps the object that `decoder` stands at.
  init(_ object: JSONObject, _ decoder: ValueDecoder) {
    self.object = object
    self.decoder = decoder
  }

  var codingPath: [any CodingKey] { decoder.codingPath }

  var allKeys: [Key] { object.members.compactMap { Key(stringValue: $0.key) } }

  func contains(_ key: Key) -> Bool { object[key.stringValue] != nil }

  func decodeNil(forKey key: Key) throws -> Bool { object[key.stringValue]?.isNull ?? true }

  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try decoder.unwrap(type, required(type, key), at: step(key))
  }

  func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
    guard let value = present(key) else { return nil }
    return try decoder.unwrap(type, value, at: step(key))
  }

  func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool {
    try decoder.bool(required(type, key), at: step(key))
  }

  func decodeIfPresent(_ type: Bool.Type, forKey key: Key) throws -> Bool? {
    guard let value = present(key) else { return nil }
    return try decoder.bool(value, at: step(key))
  }

  func decode(_ type: String.Type, forKey key: Key) throws -> String {
    try decoder.string(required(type, key), at: step(key))
  }

  func decodeIfPresent(_ type: String.Type, forKey key: Key) throws -> String? {
    guard let value = present(key) else { return nil }
    return try decoder.string(value, at: step(key))
  }

  func decode<Integer: FixedWidthInteger & Decodable>(
    _ type: Integer.Type, forKey key: Key
  ) throws -> Integer {
    try decoder.integer(required(type, key), at: step(key))
  }

  func decodeIfPresent<Integer: FixedWidthInteger & Decodable>(
    _ type: Integer.Type, forKey key: Key
  ) throws -> Integer? {
    guard let value = present(key) else { return nil }
    return try decoder.integer(value, at: step(key))
  }

  func decode(_ type: Double.Type, forKey key: Key) throws -> Double {
    try decoder.double(required(type, key), at: step(key))
  }

  func decode(_ type: Float.Type, forKey key: Key) throws -> Float {
    Float(try decoder.double(required(type, key), at: step(key)))
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    try inner(key).container(keyedBy: type)
  }

  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    try inner(key).unkeyedContainer()
  }

  func superDecoder() throws -> any Decoder {
    ValueDecoder(object["super"] ?? .null, in: decoder, at: .member("super"))
  }

  func superDecoder(forKey key: Key) throws -> any Decoder {
    ValueDecoder(object[key.stringValue] ?? .null, in: decoder, at: step(key))
  }

  private func step(_ key: Key) -> DocumentError.Step { .member(key.stringValue) }

  private func inner(_ key: Key) throws -> ValueDecoder {
    ValueDecoder(try required(JSONObject.self, key), in: decoder, at: step(key))
  }

  /// The member, or nil when it is absent or null.
  private func present(_ key: Key) -> JSONValue? {
    guard let value = object[key.stringValue], !value.isNull else { return nil }
    return value
  }

  private func required<Value>(_ type: Value.Type, _ key: Key) throws -> JSONValue {
    guard let value = object[key.stringValue] else { throw decoder.missing(type, at: step(key)) }
    return value
  }
}
