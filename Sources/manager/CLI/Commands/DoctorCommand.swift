internal import Arguments
internal import Engine
internal import JSONDocument
internal import LinuxSystem

/// `apus doctor`.
enum DoctorCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "doctor", summary: "Look at what containers need of this machine, and say what to do",
      usage: "[OPTIONS]",
      options: [.value("format", help: "'table' (default), or 'json': an object for each line")])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 0)
    let format = invocation.value("format") ?? "table"
    guard ["table", "json"].contains(format) else {
      throw UsageError("--format \"\(format)\": one of table, json", command: invocation.called)
    }
    let findings = CheckHost(paths: context.paths, programs: try context.programs()).findings()
    let lines = findings.map { finding in
      format == "json" ? String(decoding: JSON.write(finding.document), as: UTF8.self) + "\n" : line(finding)
    }
    try Answer.print(lines.joined())
    return findings.contains { $0.verdict == .fail } ? 1 : 0
  }

  private static func line(_ finding: HostFinding) -> String {
    let subject = finding.subject + String(repeating: " ", count: max(1, 19 - finding.subject.count))
    let word = finding.verdict.rawValue
    let first = colored(word, finding.verdict) + String(repeating: " ", count: 6 - word.count)
    let advice = finding.advice.isEmpty ? "" : "\n\(String(repeating: " ", count: 25))→ \(finding.advice)"
    return "\(first)\(subject)\(finding.found)\(advice)\n"
  }

  /// In colour for a person at a terminal that has not asked for none (no-color.org).
  private static func colored(_ word: String, _ verdict: HostFinding.Verdict) -> String {
    guard StandardDescriptor.output.isTerminal, Environment.value("NO_COLOR") ?? "" == "" else { return word }
    let color =
      switch verdict {
      case .ok: 32
      case .warn: 33
      case .fail: 31
      }
    return "\u{1b}[\(color)m\(word)\u{1b}[0m"
  }
}
