/// Decodes one JSON value; the links to the values around it are only followed to write an error.
final class ValueDecoder {
  /// The value to decode.
  let value: JSONValue
  private let parent: ValueDecoder?
  private let step: DocumentError.Step?
  private let rootFile: String

  /// Begins at the root of a document.
  init(_ value: JSONValue, file: String) {
    self.value = value
    parent = nil
    step = nil
    rootFile = file
  }

  /// Goes on with a value inside `parent`.
  init(_ value: JSONValue, in parent: ValueDecoder, at step: DocumentError.Step) {
    self.value = value
    self.parent = parent
    self.step = step
    rootFile = ""
  }

  /// The document's name.
  var file: String { parent?.file ?? rootFile }

  /// The steps from the root to this value.
  var steps: [DocumentError.Step] {
    var steps = step.map { [$0] } ?? []
    var above = parent
    while let decoder = above {
      if let step = decoder.step { steps.append(step) }
      above = decoder.parent
    }
    return steps.reversed()
  }

  /// The error for a value that is not what was asked for; `step` leads to it from here.
  func mismatch<Value>(
    _ type: Value.Type, _ found: JSONValue, at step: DocumentError.Step?
  ) -> DocumentError {
    mismatch(Expectation.words(for: type), found, at: step)
  }

  /// The error for a value that is not what was asked for; `step` leads to it from here.
  func mismatch(_ expected: String, _ found: JSONValue, at step: DocumentError.Step?) -> DocumentError {
    DocumentError(
      file: file, place: .value(steps + (step.map { [$0] } ?? [])),
      problem: .mismatch(expected: expected, found: found.summary))
  }

  /// The error for a value that is absent.
  func missing<Value>(_ type: Value.Type, at step: DocumentError.Step) -> DocumentError {
    DocumentError(
      file: file, place: .value(steps + [step]), problem: .missing(expected: Expectation.words(for: type)))
  }
}

extension ValueDecoder: Decoder {
  var codingPath: [any CodingKey] { steps.map(JSONKey.init) }

  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard case .object(let object) = value else { throw mismatch("an object", value, at: nil) }
    return KeyedDecodingContainer(KeyedValues<Key>(object, self))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .array(let elements) = value else { throw mismatch("an array", value, at: nil) }
    return UnkeyedValues(elements, self)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { SingleValue(self) }
}

extension ValueDecoder {
  /// Decodes this very value.
  func unwrap<Value: Decodable>(_ type: Value.Type) throws -> Value {
    if Self.isDirect(type), let direct = direct(value) as? Value { return direct }
    return try Value(from: self)
  }

  /// Decodes a value inside this one.
  func unwrap<Value: Decodable>(
    _ type: Value.Type, _ inner: JSONValue, at step: @autoclosure () -> DocumentError.Step
  ) throws -> Value {
    if Self.isDirect(type), let direct = direct(inner) as? Value { return direct }
    return try Value(from: ValueDecoder(inner, in: self, at: step()))
  }

  /// Whether the type is one of those a document holds most; for them there is a way past the standard
  /// library's containers. It only answers what it can, so that errors keep one source.
  private static func isDirect<Value>(_ type: Value.Type) -> Bool {
    type == [String].self || type == String.self
  }

  private func direct(_ value: JSONValue) -> Any? {
    switch value {
    case .string(let string):
      return string
    case .array(let elements):
      var strings: [String] = []
      strings.reserveCapacity(elements.count)
      for element in elements {
        guard case .string(let string) = element else { return nil }
        strings.append(string)
      }
      return strings
    case .null, .bool, .integer, .unsigned, .number, .object:
      return nil
    }
  }

  /// The boolean asked for.
  func bool(_ value: JSONValue, at step: @autoclosure () -> DocumentError.Step?) throws -> Bool {
    guard case .bool(let bool) = value else { throw mismatch(Bool.self, value, at: step()) }
    return bool
  }

  /// The string asked for.
  func string(_ value: JSONValue, at step: @autoclosure () -> DocumentError.Step?) throws -> String {
    guard case .string(let string) = value else { throw mismatch(String.self, value, at: step()) }
    return string
  }

  /// The integer asked for, when it fits.
  func integer<Integer: FixedWidthInteger>(
    _ value: JSONValue, at step: @autoclosure () -> DocumentError.Step?
  ) throws -> Integer {
    guard let integer = value.integer(as: Integer.self) else {
      throw mismatch(Integer.self, value, at: step())
    }
    return integer
  }

  /// The number asked for.
  func double(_ value: JSONValue, at step: @autoclosure () -> DocumentError.Step?) throws -> Double {
    guard let double = value.double else { throw mismatch(Double.self, value, at: step()) }
    return double
  }
}

/// A step of a path in the standard library's form.
struct JSONKey: CodingKey {
  let stringValue: String
  let intValue: Int?

  /// Takes a step's form.
  init(_ step: DocumentError.Step) {
    switch step {
    case .member(let name): (stringValue, intValue) = (name, nil)
    case .element(let index): (stringValue, intValue) = (String(index), index)
    }
  }

  init(stringValue: String) { self.init(.member(stringValue)) }

  init(intValue: Int) { self.init(.element(intValue)) }
}
