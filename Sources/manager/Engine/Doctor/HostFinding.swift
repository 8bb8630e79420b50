package import JSONDocument

/// One thing of the host that containers need, and how it is.
package struct HostFinding: Sendable, Equatable {
  /// How good it is.
  package enum Verdict: String, Sendable, Equatable {
    /// As it should be.
    case ok
    /// Something will not work, or not well.
    case warn
    /// Containers will not run.
    case fail
  }

  /// What was looked at, such as `cgroups`.
  package let subject: String
  package let verdict: Verdict
  /// What was found.
  package let found: String
  /// What to do; empty where all is well.
  package let advice: String

  init(_ subject: String, _ verdict: Verdict, _ found: String, advice: String = "") {
    self.subject = subject
    self.verdict = verdict
    self.found = found
    self.advice = advice
  }

  /// For `--format json`.
  package var document: JSONValue {
    [
      "Subject": .string(subject), "Verdict": .string(verdict.rawValue), "Found": .string(found),
      "Advice": .string(advice),
    ]
  }
}
