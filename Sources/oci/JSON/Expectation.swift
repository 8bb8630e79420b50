/// Says in words what a document should hold where a type is decoded.
enum Expectation {
  /// "an array", "a string" and so on.
  static func words<Value>(for type: Value.Type) -> String {
    if let set = type as? any ClosedStringSet.Type { return words(forSet: set) }
    switch type {
    case is Bool.Type: return "true or false"
    case is String.Type: return "a string"
    case is Double.Type, is Float.Type: return "a number"
    case is any RawRepresentable<String>.Type: return "a string"
    case let integer as any FixedWidthInteger.Type: return words(forInteger: integer)
    case is any ExpressibleByDictionaryLiteral.Type: return "an object"
    case is any ExpressibleByArrayLiteral.Type: return "an array"
    default: return "an object"
    }
  }

  private static func words<Integer: FixedWidthInteger>(forInteger type: Integer.Type) -> String {
    Integer.bitWidth < 64 || !Integer.isSigned
      ? "an integer from \(Integer.min) to \(Integer.max)" : "an integer"
  }

  private static func words<Value: ClosedStringSet>(forSet type: Value.Type) -> String {
    DocumentError.oneOf(Value.allowed)
  }
}

extension DocumentError.Step {
  /// The step a coding key takes.
  init(_ key: any CodingKey) {
    self = key.intValue.map(DocumentError.Step.element) ?? .member(key.stringValue)
  }
}

extension DocumentError {
  /// Turns whatever decoding or encoding threw into a document error; `root` serves to show what was found.
  init(_ error: any Error, root: JSONValue?, file: String) {
    switch error {
    case let error as DocumentError:
      self = error
      if self.file.isEmpty { self.file = file }
    case DecodingError.dataCorrupted(let context), DecodingError.typeMismatch(_, let context):
      self.init(refused: context.debugDescription, at: context.codingPath, root: root, file: file)
    case DecodingError.valueNotFound(let type, let context):
      let place = Place.value(context.codingPath.map(Step.init))
      self.init(file: file, place: place, problem: .missing(expected: Expectation.words(for: type)))
    case DecodingError.keyNotFound(let key, let context):
      let place = Place.value((context.codingPath + [key]).map(Step.init))
      self.init(file: file, place: place, problem: .missing(expected: "a value"))
    case EncodingError.invalidValue(_, let context):
      self.init(file: file, path: context.codingPath.map(Step.init), rule: context.debugDescription)
    default:
      self.init(file: file, path: [], rule: String(describing: error))
    }
  }

  /// A type's own `init(from:)` that refuses a value with "expected …" reads like the decoder's errors.
  private init(refused reason: String, at keys: [any CodingKey], root: JSONValue?, file: String) {
    let steps = keys.map(Step.init)
    var found = root
    for step in steps {
      switch step {
      case .member(let name): found = found?[name]
      case .element(let index): found = found?[index]
      }
    }
    guard reason.hasPrefix("expected "), let found else {
      let words = found.map { "\($0.summary) does not fit: \(reason)" } ?? reason
      self.init(file: file, path: steps, rule: words)
      return
    }
    let problem = Problem.mismatch(expected: String(reason.dropFirst(9)), found: found.summary)
    self.init(file: file, place: .value(steps), problem: problem)
  }
}
