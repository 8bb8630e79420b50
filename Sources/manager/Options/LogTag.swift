/// The value of `--log-opt tag=…`: text with fields of the container such as `{{.Name}}` in it (docker's log tags).
package struct LogTag: Sendable, Equatable {
  /// What a field stands for.
  package enum Field: String, Sendable, CaseIterable {
    /// The first twelve digits of its id.
    case id = ".ID"
    case fullID = ".FullID"
    case name = ".Name"
    /// The first twelve digits of the image's id.
    case imageID = ".ImageID"
    case imageFullID = ".ImageFullID"
    case imageName = ".ImageName"
  }

  private enum Piece: Sendable, Equatable {
    case text(String)
    case field(Field)
  }

  private let pieces: [Piece]

  /// Reads a tag.
  /// - Throws: `OptionError` for a field that is not known.
  package init(_ text: String) throws(OptionError) {
    var pieces: [Piece] = []
    var rest = text[...]
    while let open = rest.firstRange(of: "{{") {
      pieces.append(.text(String(rest[..<open.lowerBound])))
      let end = rest[open.upperBound...].firstRange(of: "}}")
      let name = end.map { rest[open.upperBound..<$0.lowerBound].filter { $0 != " " } } ?? ""
      guard let end, let field = Field(rawValue: name) else {
        let known = Field.allCases.map { "{{\($0.rawValue)}}" }.joined(separator: ", ")
        throw OptionError("--log-opt", "tag=\(text)", "the fields of a tag are \(known)")
      }
      pieces.append(.field(field))
      rest = rest[end.upperBound...]
    }
    self.pieces = pieces + [.text(String(rest))]
  }

  /// The text, with the fields filled in.
  package func text(_ value: (Field) -> String) -> String {
    pieces.map { piece in
      switch piece {
      case .text(let text): text
      case .field(let field): value(field)
      }
    }.joined()
  }
}
