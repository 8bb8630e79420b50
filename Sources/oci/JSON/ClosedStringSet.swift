/// A string of which a specification lists all values; decoding anything else is an error that lists them.
///
/// `enum Kind: String, ClosedStringSet { case pid, network }` needs nothing more.
package protocol ClosedStringSet: RawRepresentable, CaseIterable, Codable, Hashable, Sendable
where RawValue == String {
  /// What the set holds, for `unknown kind "nett"`; "value" unless the type says otherwise.
  static var noun: String { get }
}

extension ClosedStringSet {
  /// "value".
  package static var noun: String { "value" }

  /// All strings of the set, in the order of the cases.
  package static var allowed: [String] { allCases.map(\.rawValue) }

  /// Reads one of the strings listed; only from a document read through `JSON`.
  package init(from decoder: any Decoder) throws {
    guard let decoder = decoder as? ValueDecoder else {
      throw DocumentError(file: "", path: [], rule: "\(Self.self) can only be read through JSON.decode")
    }
    self = try Self.read(decoder.value, in: decoder, at: nil)
  }

  /// Reads one of the strings listed; `step` leads to it from `place`.
  static func read(
    _ value: JSONValue, in place: ValueDecoder, at step: DocumentError.Step?
  ) throws(DocumentError) -> Self {
    guard case .string(let found) = value else {
      throw place.mismatch(DocumentError.oneOf(allowed), value, at: step)
    }
    guard let member = Self(rawValue: found) else {
      throw DocumentError(
        file: place.file, place: .value(place.steps + (step.map { [$0] } ?? [])),
        problem: .unknown(noun: noun, found: found, allowed: allowed))
    }
    return member
  }
}
