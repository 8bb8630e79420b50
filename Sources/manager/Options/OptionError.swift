/// A flag's value that cannot be read; prints as one line: `--volume "data:/x": …`.
package struct OptionError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The flag's long name with its dashes, or the argument's name.
  package let option: String
  /// The value as it was given.
  package let value: String
  /// What is wrong with it and what would be right.
  package let problem: String

  /// Makes an error.
  package init(_ option: String, _ value: String, _ problem: String) {
    self.option = option
    self.value = value
    self.problem = problem
  }

  /// The flag, the value in quotes, the problem.
  package var description: String { "\(option) \(quoted(value)): \(problem)" }
}

/// Text in double quotes on one line: whatever could break the line is shown as an escape.
package func quoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\n": result += "\\n"
    case "\r": result += "\\r"
    case "\t": result += "\\t"
    case _ where scalar.value < 0x20 || scalar.value == 0x7f:
      let digits = String(scalar.value, radix: 16)
      result += "\\x" + (digits.count == 1 ? "0" : "") + digits
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}
