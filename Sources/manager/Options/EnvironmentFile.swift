/// A file of `--env-file`: a variable a line; empty lines and those that begin with `#` say nothing.
package struct EnvironmentFile: Hashable, Sendable {
  /// The assignments in order.
  package let assignments: [EnvironmentAssignment]

  /// Reads the file's text.
  /// - Parameter path: for the error.
  /// - Throws: `OptionError` naming the line that is no assignment.
  package init(_ bytes: [UInt8], path: String) throws(OptionError) {
    let lines = try OptionLines(bytes, option: "--env-file", path: path, noun: "variable")
    assignments = lines.entries.map { EnvironmentAssignment(name: $0.name, value: $0.value) }
  }
}
