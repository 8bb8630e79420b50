internal import LinuxSystem
internal import ShimProtocol
internal import Store

/// What `top` shows: a header and a row for each process.
package struct ProcessListing: Sendable, Equatable {
  /// The columns' names.
  package let titles: [String]
  /// As many fields each; the last one may hold spaces.
  package let rows: [[String]]

  /// Takes from a listing of ps(1) the rows of some processes (moby, daemon/top_unix.go).
  /// - Returns: nil when it has no column `PID`.
  package init?(_ text: String, only pids: Set<Int32>) {
    var lines = text.split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: true) }
    guard !lines.isEmpty else { return nil }
    let titles = lines.removeFirst().map(String.init)
    guard let column = titles.firstIndex(of: "PID") else { return nil }
    self.titles = titles
    rows = lines.compactMap { fields in
      guard fields.count > column, let pid = Int32(fields[column]), pids.contains(pid) else { return nil }
      let last = titles.count - 1
      guard fields.count > last else { return fields.map(String.init) }
      return fields[..<last].map(String.init) + [fields[last...].joined(separator: " ")]
    }
  }
}

extension ContainerEngine {
  /// The processes of a container: those in its cgroup and in all below it, as the host's ps(1) shows them. Its columns
  /// and options are what users of `top` know, so it is asked rather than imitated, as docker does.
  /// - Parameter options: ps's own; none are `-ef`.
  /// - Throws: `.conflict` when the container does not run; `.invalid` for options that leave out the column `PID`.
  package func top(_ reference: String, options: [String]) throws(EngineError) -> ProcessListing {
    let record = try find(reference)
    switch try status(of: record) {
    case .running, .paused: break
    case .restarting:
      throw EngineError(
        .conflict, "Container \(record.id) is restarting, wait until the container is running")
    case .created, .exited: throw EngineError(.conflict, "container \(record.id) is not running")
    }
    let text = try hostProcesses(options.isEmpty ? ["-ef"] : options)
    // After the listing: a process that was born since is missing, but none is there that was not listed.
    guard let listing = ProcessListing(text, only: Set(cgroup(of: record.id).processes())) else {
      throw EngineError(.invalid, "Couldn't find PID field in ps output")
    }
    self.record("top", record)
    return listing
  }

  private func hostProcesses(_ options: [String]) throws(EngineError) -> String {
    let path = Environment.value("PATH") ?? ProcessEnvironment.defaultPath
    guard let program = Environment.findProgram("ps", path: path) else {
      throw EngineError(.failed, "top: \"ps\" is not on PATH; install it (Debian: procps)")
    }
    let (status, output, words) = try attempt("run ps") { () throws(SystemError) in
      let result = try makePipe()
      let complaint = try makePipe()
      var plan = SpawnPlan(program, options)
      plan.descriptors = [(1, result.second.raw), (2, complaint.second.raw)]
      let process = try spawn(plan)
      let output = result.first
      let errors = complaint.first
      _ = consume result.second
      _ = consume complaint.second
      let text = String(decoding: try output.readAll(), as: UTF8.self)
      let words = String(decoding: try errors.readAll(limit: 1 << 16), as: UTF8.self)
      return (try process.wait(), text, words)
    }
    guard status == .exited(0) else {
      let line = words.split(separator: "\n").first.map(String.init) ?? "ended with \(status.shellCode)"
      throw EngineError(.invalid, "Error running ps: \(line)")
    }
    return output
  }
}
