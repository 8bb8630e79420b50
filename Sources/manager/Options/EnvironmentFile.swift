/// The content of an `--env-file`: one assignment a line; lines that are empty or start with `#` say nothing.
///
/// Values are taken as they stand, with quotes and spaces (docker/cli, opts/file.go).
package struct EnvironmentFile: Hashable, Sendable {
  /// The assignments in order.
  package let assignments: [EnvironmentAssignment]

  /// Reads the file's text.
  /// - Parameter path: for the error.
  /// - Throws: `OptionError` naming the line that is no assignment.
  package init(_ bytes: [UInt8], path: String) throws(OptionError) {
    guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
      throw OptionError("--env-file", path, "not a text in UTF-8")
    }
    var assignments: [EnvironmentAssignment] = []
    // A byte order mark, which some editors write, is no part of the first name.
    let start = text.unicodeScalars.first == "\u{feff}" ? 1 : 0
    let lines = text.unicodeScalars.dropFirst(start).split(
      separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      var scalars = line.drop { $0.properties.isWhitespace }
      if scalars.last == "\r" { scalars.removeLast() }
      guard let first = scalars.first, first != "#" else { continue }
      assignments.append(try Self.assignment(String(scalars), line: index + 1, path: path))
    }
    self.assignments = assignments
  }

  private static func assignment(
    _ line: String, line number: Int, path: String
  ) throws(OptionError) -> EnvironmentAssignment {
    let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = parts.first, !name.isEmpty else {
      throw OptionError("--env-file", path, "line \(number): no variable name before '='")
    }
    guard !name.contains(where: \.isWhitespace) else {
      throw OptionError(
        "--env-file", path, "line \(number): variable \(quoted(String(name))) contains a space")
    }
    return EnvironmentAssignment(name: String(name), value: parts.count == 2 ? String(parts[1]) : nil)
  }
}
