/// A JSON document that cannot be read or does not have the shape needed; prints as one line.
package struct DocumentError: Error, Hashable, Sendable {
  /// Where in the document the problem stands.
  package enum Place: Hashable, Sendable {
    /// A place in the text; both count from 1, the column in Unicode scalars.
    case text(line: Int, column: Int)
    /// A value, by the steps that lead to it from the root.
    case value([Step])
  }

  /// One step from a value to one inside it.
  package enum Step: Hashable, Sendable {
    /// The member of an object.
    case member(String)
    /// The element of an array, from 0.
    case element(Int)
  }

  /// What is wrong there.
  package enum Problem: Hashable, Sendable {
    /// The value is absent.
    case missing(expected: String)
    /// Something else stands there.
    case mismatch(expected: String, found: String)
    /// A string outside a closed set; `noun` says what the set holds, such as "kind".
    case unknown(noun: String, found: String, allowed: [String])
    /// A rule of the document is broken; the text says which.
    case rule(String)
  }

  /// The file's name as the reader knows it, such as `config.json`.
  package var file: String
  /// Where the problem stands.
  package var place: Place
  /// What is wrong.
  package var problem: Problem

  /// Makes an error.
  package init(file: String, place: Place, problem: Problem) {
    self.file = file
    self.place = place
    self.problem = problem
  }

  /// Makes an error for a rule that decoding cannot know, at a path such as `linux.namespaces[2].type`.
  package init(file: String, path: [Step], rule: String) {
    self.init(file: file, place: .value(path), problem: .rule(rule))
  }

  /// The JSON path, such as `linux.namespaces[2].type`; empty for the root and for a place in the text.
  package var path: String {
    guard case .value(let steps) = place else { return "" }
    return Self.path(steps)
  }

  /// What should stand there, in words; nil when a rule is broken.
  package var expected: String? {
    switch problem {
    case .missing(let expected), .mismatch(let expected, _): expected
    case .unknown(_, _, let allowed): Self.oneOf(allowed)
    case .rule: nil
    }
  }

  /// What stands there, in words; nil when it is missing or a rule is broken.
  package var found: String? {
    switch problem {
    case .mismatch(_, let found): found
    case .unknown(_, let found, _): Self.quote(found)
    case .missing, .rule: nil
    }
  }
}

extension DocumentError: CustomStringConvertible {
  /// One line: file, place, problem.
  package var description: String {
    var parts = file.isEmpty ? [] : [file]
    switch place {
    case .text(let line, let column): parts.append("line \(line) column \(column)")
    case .value(let steps): if !steps.isEmpty { parts.append(Self.path(steps)) }
    }
    switch problem {
    case .missing(let expected):
      parts.append("missing, expected \(expected)")
    case .mismatch(let expected, let found):
      parts.append("expected \(expected), found \(found)")
    case .unknown(let noun, let found, let allowed):
      parts.append("unknown \(noun) \(Self.quote(found)), expected \(Self.oneOf(allowed))")
    case .rule(let text):
      parts.append(text)
    }
    return parts.joined(separator: ": ")
  }

  /// Writes steps as `linux.namespaces[2].type`; a name with other characters as `["com.example"]`.
  package static func path(_ steps: [Step]) -> String {
    var text = ""
    for step in steps {
      switch step {
      case .element(let index):
        text += "[\(index)]"
      case .member(let name) where isPlain(name):
        text += text.isEmpty ? name : ".\(name)"
      case .member(let name):
        text += "[\(quote(name))]"
      }
    }
    return text
  }

  private static func isPlain(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.allSatisfy(isPlain)
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }

  /// Lists the allowed values, the first ten of a longer set.
  static func oneOf(_ allowed: [String]) -> String {
    let shown = allowed.prefix(10).map(quote).joined(separator: ", ")
    let head = allowed.count == 1 ? "" : "one of "
    return head + shown + (allowed.count > 10 ? "…" : "")
  }

  /// Puts text in quotes on one line: control characters escaped, at most 40 characters.
  static func quote(_ text: String) -> String {
    var bytes: [UInt8] = []
    JSONWriter.writeString(text.count > 40 ? String(text.prefix(40)) + "…" : text, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }
}
