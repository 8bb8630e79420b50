/// The one door between JSON text and Swift values (spec/decisions/0001).
package enum JSON {
  /// How text is laid out.
  package struct Style: Sendable, Hashable {
    /// What stands before a line.
    package enum Indentation: Sendable, Hashable {
      /// Everything on one line.
      case none
      /// This many spaces for each level.
      case spaces(Int)
      /// One tab for each level, as `runc spec` writes.
      case tab
    }

    /// What stands before a line.
    package var indentation: Indentation
    /// Whether members are sorted by name; otherwise they keep the order of the value.
    package var sortsKeys: Bool

    /// Makes a style.
    package init(indentation: Indentation, sortsKeys: Bool = false) {
      self.indentation = indentation
      self.sortsKeys = sortsKeys
    }

    /// One line, no space.
    package static var compact: Style { Style(indentation: .none) }
    /// Two spaces for each level.
    package static var pretty: Style { Style(indentation: .spaces(2)) }
    /// One tab for each level.
    package static var tabs: Style { Style(indentation: .tab) }
  }

  /// Reads the text of one document.
  ///
  /// - Parameter file: the name that errors begin with; the bytes are all that is read.
  /// - Throws: `DocumentError` with line and column when the text is not strict RFC 8259 JSON in UTF-8, nests
  ///   deeper than 512 levels or goes on after the value.
  package static func parse(_ bytes: [UInt8], file: String) throws(DocumentError) -> JSONValue {
    var parser = JSONParser(bytes, file: file)
    return try parser.parseDocument()
  }

  /// Reads the text of one document as a value of the type asked for; unknown members are passed over.
  ///
  /// - Throws: `DocumentError` as `parse` does, or with the JSON path of a value that is missing or does not fit.
  package static func decode<Value: Decodable>(
    _ type: Value.Type, from bytes: [UInt8], file: String
  ) throws(DocumentError) -> Value {
    try decode(type, from: parse(bytes, file: file), file: file)
  }

  /// Turns a JSON value into one of the type asked for; unknown members are passed over.
  ///
  /// - Throws: `DocumentError` with the JSON path of a value that is missing or does not fit.
  package static func decode<Value: Decodable>(
    _ type: Value.Type, from value: JSONValue, file: String
  ) throws(DocumentError) -> Value {
    do {
      return try ValueDecoder(value, file: file).unwrap(type)
    } catch {
      throw DocumentError(error, root: value, file: file)
    }
  }

  /// Reads the text of one document as `decode` does, the short way that the type knows.
  package static func read<Value: DocumentReadable>(
    _ type: Value.Type, from bytes: [UInt8], file: String
  ) throws(DocumentError) -> Value {
    try read(type, from: parse(bytes, file: file), file: file)
  }

  /// Turns a JSON value into one of the type asked for as `decode` does, the short way that the type knows.
  package static func read<Value: DocumentReadable>(
    _ type: Value.Type, from value: JSONValue, file: String
  ) throws(DocumentError) -> Value {
    try Value(reading: MemberReader(ValueDecoder(value, file: file)))
  }

  /// Writes a value as text in UTF-8, without a line end after it; absent members are left out and the members
  /// of a dictionary are sorted.
  ///
  /// - Throws: `DocumentError` for a number that is not finite and for a value that encodes nothing.
  package static func encode<Value: Encodable>(
    _ value: Value, style: Style = .compact
  ) throws(DocumentError) -> [UInt8] {
    JSONWriter.write(try encodeToValue(value), style: style)
  }

  /// Writes a JSON value as text in UTF-8, without a line end after it.
  package static func write(_ value: JSONValue, style: Style = .compact) -> [UInt8] {
    JSONWriter.write(value, style: style)
  }

  /// Turns a value into a JSON value.
  ///
  /// - Throws: as `encode` does.
  package static func encodeToValue<Value: Encodable>(_ value: Value) throws(DocumentError) -> JSONValue {
    do {
      return try ValueEncoder.encode(value, path: [])
    } catch {
      throw DocumentError(error, root: nil, file: "")
    }
  }
}

extension JSONValue: Codable {
  /// Takes the value as it stands; only from a document read through `JSON`.
  package init(from decoder: any Decoder) throws {
    guard let decoder = decoder as? ValueDecoder else {
      throw DocumentError(file: "", path: [], rule: "a JSON value can only be read through JSON.decode")
    }
    self = decoder.value
  }

  /// Puts the value as it stands; only into a document written through `JSON`.
  package func encode(to encoder: any Encoder) throws {
    guard let encoder = encoder as? ValueEncoder else {
      throw DocumentError(file: "", path: [], rule: "a JSON value can only be written through JSON.encode")
    }
    encoder.node = .value(self)
  }
}
