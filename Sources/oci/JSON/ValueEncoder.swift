/// Turns one Swift value into a JSON value.
///
/// A container fills a node of its encoder; nodes are joined when the value is complete.
final class ValueEncoder: Encoder {
  /// What has been encoded so far.
  enum Node {
    /// Nothing yet.
    case nothing
    /// A finished value.
    case value(JSONValue)
    /// Elements, in order.
    case array([Node])
    /// Members, in order.
    case object([(key: String, node: Node)])
    /// A value that an encoder handed out is still filling.
    case pending(ValueEncoder)
  }

  /// What this encoder has taken.
  var node = Node.nothing
  /// The steps from the root to this value.
  let path: [DocumentError.Step]

  private init(path: [DocumentError.Step]) {
    self.path = path
  }

  /// Encodes a value; `path` leads to it and is only used in errors.
  static func encode<Value: Encodable>(_ value: Value, path: [DocumentError.Step]) throws -> JSONValue {
    if let string = value as? String { return .string(string) }
    let encoder = ValueEncoder(path: path)
    try value.encode(to: encoder)
    guard let json = encoder.node.joined else {
      throw DocumentError(file: "", path: path, rule: "\(Value.self) encodes nothing")
    }
    guard value is any StringKeyed, case .object(let object) = json else { return json }
    return .object(JSONObject(object.members.sorted { $0.key < $1.key }))
  }

  /// The number, when JSON can hold it.
  static func number(_ value: Double, path: @autoclosure () -> [DocumentError.Step]) throws -> JSONValue {
    guard value.isFinite else {
      throw DocumentError(file: "", path: path(), rule: "JSON has no number \(value)")
    }
    return .number(value)
  }

  /// The integer, exactly.
  static func integer<Integer: FixedWidthInteger>(_ value: Integer) -> JSONValue {
    Int64(exactly: value).map(JSONValue.integer) ?? .unsigned(UInt64(truncatingIfNeeded: value))
  }

  /// An encoder for a value inside this one.
  func inner(at step: DocumentError.Step) -> ValueEncoder { ValueEncoder(path: path + [step]) }

  var codingPath: [any CodingKey] { path.map(JSONKey.init) }

  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    if case .nothing = node { node = .object([]) }
    return KeyedEncodingContainer(KeyedSink<Key>(encoder: self))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if case .nothing = node { node = .array([]) }
    return UnkeyedSink(encoder: self)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { SingleSink(encoder: self) }
}

extension ValueEncoder.Node {
  /// The value, or nil when nothing was encoded.
  var joined: JSONValue? {
    switch self {
    case .nothing: nil
    case .value(let value): value
    case .array(let nodes): .array(nodes.map { $0.joined ?? .null })
    case .object(let members):
      .object(
        JSONObject(
          members.compactMap { member in
            member.node.joined.map { JSONObject.Member(key: member.key, value: $0) }
          }))
    case .pending(let encoder): encoder.node.joined
    }
  }

  /// Adds an element to an array.
  mutating func append(_ node: Self) {
    guard case .array(var nodes) = self else { return }
    self = .nothing
    nodes.append(node)
    self = .array(nodes)
  }

  /// Adds a member to an object.
  mutating func append(_ key: String, _ node: Self) {
    guard case .object(var members) = self else { return }
    self = .nothing
    members.append((key, node))
    self = .object(members)
  }
}

/// A dictionary whose members have no order of their own, so they are written sorted.
private protocol StringKeyed {}

extension Dictionary: StringKeyed where Key == String {}
