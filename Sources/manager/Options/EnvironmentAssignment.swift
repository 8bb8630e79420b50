/// One `-e`: `NAME=value`, or `NAME` alone, which takes the value from the caller's environment.
package struct EnvironmentAssignment: Hashable, Sendable {
  /// The variable.
  package let name: String
  /// The value; nil when it is to be taken from the caller's environment.
  package let value: String?

  /// Makes an assignment.
  package init(name: String, value: String?) {
    self.name = name
    self.value = value
  }

  /// Reads the value of `--env`.
  /// - Throws: `OptionError` when there is no name.
  package init(_ text: String) throws(OptionError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = parts.first, !name.isEmpty else {
      throw OptionError(
        "--env", text, "invalid environment variable: a variable has a name: NAME=value or NAME")
    }
    self.init(name: String(name), value: parts.count == 2 ? String(parts[1]) : nil)
  }

  /// The assignment with its value filled in from `environment` where it has none. A variable that is not set there
  /// keeps nil, which takes it out of the container's environment (moby, ReplaceOrAppendEnvValues).
  package func resolved(from environment: (String) -> String?) -> EnvironmentAssignment {
    value == nil ? EnvironmentAssignment(name: name, value: environment(name)) : self
  }
}
