/// Takes the members of an object.
struct KeyedSink<Key: CodingKey>: KeyedEncodingContainerProtocol {
  /// Where the members go.
  let encoder: ValueEncoder

  var codingPath: [any CodingKey] { encoder.codingPath }

  mutating func encodeNil(forKey key: Key) { put(.null, key) }

  mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
    put(try ValueEncoder.encode(value, path: encoder.path + [.member(key.stringValue)]), key)
  }

  mutating func encode(_ value: Bool, forKey key: Key) { put(.bool(value), key) }

  mutating func encode(_ value: String, forKey key: Key) { put(.string(value), key) }

  mutating func encode(_ value: Double, forKey key: Key) throws {
    put(try ValueEncoder.number(value, path: encoder.path + [.member(key.stringValue)]), key)
  }

  mutating func encode(_ value: Float, forKey key: Key) throws { try encode(Double(value), forKey: key) }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> {
    inner(key.stringValue).container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    inner(key.stringValue).unkeyedContainer()
  }

  mutating func superEncoder() -> any Encoder { inner("super") }

  mutating func superEncoder(forKey key: Key) -> any Encoder { inner(key.stringValue) }

  private func put(_ value: JSONValue, _ key: Key) { encoder.node.append(key.stringValue, .value(value)) }

  private func inner(_ name: String) -> ValueEncoder {
    let inner = encoder.inner(at: .member(name))
    encoder.node.append(name, .pending(inner))
    return inner
  }

  mutating func encode<Integer: FixedWidthInteger & Encodable>(_ value: Integer, forKey key: Key) {
    put(ValueEncoder.integer(value), key)
  }
}

/// Takes the elements of an array.
struct UnkeyedSink: UnkeyedEncodingContainer {
  /// Where the elements go.
  let encoder: ValueEncoder

  private(set) var count = 0

  /// Takes elements for `encoder`.
  init(encoder: ValueEncoder) {
    self.encoder = encoder
  }

  var codingPath: [any CodingKey] { encoder.codingPath }

  mutating func encodeNil() { put(.value(.null)) }

  mutating func encode<Value: Encodable>(_ value: Value) throws {
    put(.value(try ValueEncoder.encode(value, path: encoder.path + [.element(count)])))
  }

  mutating func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type
  ) -> KeyedEncodingContainer<Nested> {
    inner().container(keyedBy: type)
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { inner().unkeyedContainer() }

  mutating func superEncoder() -> any Encoder { inner() }

  private mutating func put(_ node: ValueEncoder.Node) {
    encoder.node.append(node)
    count += 1
  }

  private mutating func inner() -> ValueEncoder {
    let inner = encoder.inner(at: .element(count))
    put(.pending(inner))
    return inner
  }
}

/// Takes one value.
struct SingleSink: SingleValueEncodingContainer {
  /// Where the value goes.
  let encoder: ValueEncoder

  var codingPath: [any CodingKey] { encoder.codingPath }

  mutating func encodeNil() { encoder.node = .value(.null) }

  mutating func encode<Value: Encodable>(_ value: Value) throws {
    encoder.node = .value(try ValueEncoder.encode(value, path: encoder.path))
  }

  mutating func encode(_ value: Bool) { encoder.node = .value(.bool(value)) }

  mutating func encode(_ value: String) { encoder.node = .value(.string(value)) }

  mutating func encode(_ value: Double) throws {
    encoder.node = .value(try ValueEncoder.number(value, path: encoder.path))
  }

  mutating func encode(_ value: Float) throws { try encode(Double(value)) }

  mutating func encode<Integer: FixedWidthInteger & Encodable>(_ value: Integer) {
    encoder.node = .value(ValueEncoder.integer(value))
  }
}
