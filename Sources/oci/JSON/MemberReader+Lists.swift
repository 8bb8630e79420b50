/// Lists and maps.
extension MemberReader {
  /// Strings, or nil when they are absent.
  package func read(_ name: String) throws(DocumentError) -> [String]? {
    try list(name) { (value, array, step) throws(DocumentError) in try MemberReader.text(value, array, step) }
  }

  /// Strings.
  package func read(_ name: String) throws(DocumentError) -> [String] {
    guard let strings: [String] = try read(name) else { throw missing(name, "an array") }
    return strings
  }

  /// Members of a closed set, or nil when they are absent.
  package func read<Set: ClosedStringSet>(_ name: String) throws(DocumentError) -> [Set]? {
    try list(name) { (value, array, step) throws(DocumentError) in try Set.read(value, in: array, at: step) }
  }

  /// Objects, or nil when they are absent.
  package func read<Value: DocumentReadable>(_ name: String) throws(DocumentError) -> [Value]? {
    try list(name) { (value, array, step) throws(DocumentError) in
      try Value(reading: MemberReader(ValueDecoder(value, in: array, at: step)))
    }
  }

  /// Strings by name, or nil when they are absent.
  package func read(_ name: String) throws(DocumentError) -> [String: String]? {
    try map(name) { (value, outer, step) throws(DocumentError) in try MemberReader.text(value, outer, step) }
  }

  /// The same in the document's order, empty when they are absent: without a dictionary, whose first use costs a program
  /// some 50 µs.
  package func readTexts(_ name: String) throws(DocumentError) -> [(key: String, text: String)] {
    guard let (object, outer) = try object(name) else { return [] }
    var texts: [(key: String, text: String)] = []
    for member in object.members {
      texts.append((member.key, try MemberReader.text(member.value, outer, .member(member.key))))
    }
    return texts
  }

  /// Objects by name, or nil when they are absent.
  package func read<Value: DocumentReadable>(_ name: String) throws(DocumentError) -> [String: Value]? {
    try map(name) { (value, outer, step) throws(DocumentError) in
      try Value(reading: MemberReader(ValueDecoder(value, in: outer, at: step)))
    }
  }

  func list<Element>(
    _ name: String,
    _ read: (JSONValue, ValueDecoder, DocumentError.Step) throws(DocumentError) -> Element
  ) throws(DocumentError) -> [Element]? {
    guard let value = present(name) else { return nil }
    guard case .array(let elements) = value else {
      throw place.mismatch("an array", value, at: .member(name))
    }
    let array = ValueDecoder(value, in: place, at: .member(name))
    var list: [Element] = []
    list.reserveCapacity(elements.count)
    for index in elements.indices { list.append(try read(elements[index], array, .element(index))) }
    return list
  }

  private func map<Element>(
    _ name: String,
    _ read: (JSONValue, ValueDecoder, DocumentError.Step) throws(DocumentError) -> Element
  ) throws(DocumentError) -> [String: Element]? {
    guard let (object, outer) = try object(name) else { return nil }
    var map: [String: Element] = [:]
    map.reserveCapacity(object.count)
    for member in object.members { map[member.key] = try read(member.value, outer, .member(member.key)) }
    return map
  }

  private func object(_ name: String) throws(DocumentError) -> (JSONObject, ValueDecoder)? {
    guard let value = present(name) else { return nil }
    guard case .object(let object) = value else {
      throw place.mismatch("an object", value, at: .member(name))
    }
    return (object, ValueDecoder(value, in: place, at: .member(name)))
  }

  private static func text(
    _ value: JSONValue, _ outer: ValueDecoder, _ step: DocumentError.Step
  ) throws(DocumentError) -> String {
    guard case .string(let string) = value else { throw outer.mismatch("a string", value, at: step) }
    return string
  }
}
