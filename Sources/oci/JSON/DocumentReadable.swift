/// A type that reads itself from the members of an object without the standard library's decoding containers.
///
/// Those are generic, and making each of their instances costs some 20 µs in a process that decodes once
/// (spec/decisions/0001). A type conforms beside its synthesised `Decodable`, which stays the reference: a test
/// reads a document that has every member both ways. The protocol does not inherit from it, or the first use of each
/// type would build two tables of witnesses.
package protocol DocumentReadable {
  /// Reads the members; throws what is missing or does not fit.
  init(reading members: MemberReader) throws(DocumentError)
}

/// The members of one object, read by name as the type that the place asks for.
package struct MemberReader {
  private let object: JSONObject
  /// Where the object stands.
  let place: ValueDecoder

  /// Stands at the value of `place`, which must be an object.
  init(_ place: ValueDecoder) throws(DocumentError) {
    guard case .object(let object) = place.value else {
      throw place.mismatch("an object", place.value, at: nil)
    }
    self.object = object
    self.place = place
  }

  /// An optional member: nil when it is absent or null.
  func present(_ name: String) -> JSONValue? {
    guard let value = object[name], !value.isNull else { return nil }
    return value
  }

  /// That no member has another name, for documents that must be understood whole.
  package func allowOnly(_ names: [String]) throws(DocumentError) {
    for member in object.members where !names.contains(member.key) {
      throw DocumentError(
        file: place.file, place: .value(place.steps + [.member(member.key)]),
        problem: .unknown(noun: "member", found: member.key, allowed: names))
    }
  }

  /// A member that must be there; the words say what for.
  func missing(_ name: String, _ expected: String) -> DocumentError {
    guard let value = object[name] else {
      let steps = place.steps + [.member(name)]
      return DocumentError(file: place.file, place: .value(steps), problem: .missing(expected: expected))
    }
    return place.mismatch(expected, value, at: .member(name))
  }
}

extension MemberReader {
  /// A string, or nil when it is absent.
  package func read(_ name: String) throws(DocumentError) -> String? {
    guard let value = present(name) else { return nil }
    guard case .string(let string) = value else {
      throw place.mismatch("a string", value, at: .member(name))
    }
    return string
  }

  /// A string.
  package func read(_ name: String) throws(DocumentError) -> String {
    guard let string: String = try read(name) else { throw missing(name, "a string") }
    return string
  }

  /// A boolean, or nil when it is absent.
  package func read(_ name: String) throws(DocumentError) -> Bool? {
    guard let value = present(name) else { return nil }
    guard case .bool(let bool) = value else {
      throw place.mismatch("true or false", value, at: .member(name))
    }
    return bool
  }

  /// A boolean.
  package func read(_ name: String) throws(DocumentError) -> Bool {
    guard let bool: Bool = try read(name) else { throw missing(name, "true or false") }
    return bool
  }

  /// Whatever stands there, or nil when it is absent.
  package func read(_ name: String) throws(DocumentError) -> JSONValue? { present(name) }

  /// One of a closed set, or nil when it is absent.
  package func read<Set: ClosedStringSet>(_ name: String) throws(DocumentError) -> Set? {
    guard let value = present(name) else { return nil }
    return try Set.read(value, in: place, at: .member(name))
  }

  /// One of a closed set.
  package func read<Set: ClosedStringSet>(_ name: String) throws(DocumentError) -> Set {
    guard let member: Set = try read(name) else { throw missing(name, DocumentError.oneOf(Set.allowed)) }
    return member
  }

  /// An object, or nil when it is absent.
  package func read<Value: DocumentReadable>(_ name: String) throws(DocumentError) -> Value? {
    guard let value = present(name) else { return nil }
    return try Value(reading: MemberReader(ValueDecoder(value, in: place, at: .member(name))))
  }

  /// An object.
  package func read<Value: DocumentReadable>(_ name: String) throws(DocumentError) -> Value {
    guard let value: Value = try read(name) else { throw missing(name, "an object") }
    return value
  }
}
