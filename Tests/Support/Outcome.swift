package import LinuxSystem

/// How a program that a test ran has ended, and what it wrote.
package struct Outcome: Sendable, CustomStringConvertible {
  /// The command, as the log shows it.
  package let command: String
  /// How it ended.
  package let exit: ExitStatus
  /// What it wrote to standard output, byte by byte.
  package let stdout: [UInt8]
  /// What it wrote to standard error, byte by byte.
  package let stderr: [UInt8]

  /// The exit code, or 128 + the signal that ended it.
  package var status: Int32 { exit.shellCode }
  /// Standard output as text.
  package var out: String { String(decoding: stdout, as: UTF8.self) }
  /// Standard error as text.
  package var err: String { String(decoding: stderr, as: UTF8.self) }
  /// Standard output as text, without the line ends behind it.
  package var answer: String { trimmed(out) }
  /// Standard error as text, without the line ends behind it.
  package var complaint: String { trimmed(err) }
  /// The lines of standard output.
  package var lines: [String] {
    answer.isEmpty ? [] : answer.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }

  /// For `#expect(outcome.status == 0, "\(outcome)")`.
  package var description: String {
    "\(command) → \(status)\nstdout: \(out.prefix(2000))\nstderr: \(err.prefix(2000))"
  }

  /// The outcome itself, when it is success.
  /// - Throws: `TestFailure` with all that is known, otherwise.
  @discardableResult
  package func succeeded() throws(TestFailure) -> Outcome {
    guard status == 0 else { throw TestFailure(description) }
    return self
  }
}

/// What a helper of the tests could not do or find.
package struct TestFailure: Error, CustomStringConvertible {
  /// One or several lines.
  package let description: String
  /// Makes a failure.
  package init(_ description: String) { self.description = description }
}

private func trimmed(_ text: String) -> String {
  var text = text[...]
  while let last = text.last, last.isNewline { text.removeLast() }
  return String(text)
}
