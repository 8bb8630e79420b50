internal import JSONDocument

/// A word of a template.
struct Token: Sendable, Equatable {
  enum Kind: Sendable, Equatable {
    /// What stands outside of actions; spaces that trim markers take away are gone.
    case text(String)
    case leftDelimiter
    case rightDelimiter
    /// Spaces inside an action, which keep operands apart.
    case space
    /// `.Name`, without the dot.
    case field(String)
    /// `$` or `$name`, with the dollar sign.
    case variable(String)
    /// A function, a keyword, or one of `true`, `false`, `nil`.
    case word(String)
    /// A string, a number or a character, which in Go is a number.
    case literal(JSONValue)
    case dot
    case pipe
    case leftParenthesis
    case rightParenthesis
    case declare
    case assign
    case comma
    case end
  }

  let kind: Kind
  /// Where it begins and ends, in bytes of the template.
  let start: Int
  let end: Int
}
