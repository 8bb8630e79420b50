internal import LinuxSystem

/// The OCI runtime as a program: any that takes runc's command line (spec/runtime-cli.md).
final class RuntimeProgram {
  private let program: String
  private let root: String
  private let runDirectory: String
  private let reaper: Reaper
  private var count = 0

  init(_ program: String, root: String, runDirectory: String, _ reaper: Reaper) {
    self.program = program
    self.root = root
    self.runDirectory = runDirectory
    self.reaper = reaper
  }

  /// What became of a command.
  enum Outcome: Sendable, Equatable {
    case succeeded
    /// Its own words, one line; empty when it had none.
    case failed(String, ExitStatus)
  }

  /// Starts a command and has `ended` told its outcome.
  ///
  /// - Parameter descriptors: what becomes the container's stdio, or what its answer goes to; what is not listed is
  ///   /dev/null, except that without any stderr goes to the log, for a runtime that says there why it fails.
  func run(
    _ command: [String], descriptors: [(Int32, Int32)] = [],
    ended: @escaping (Outcome) throws(SystemError) -> Void
  ) throws(SystemError) {
    count += 1
    let path = "\(runDirectory)/runtime-\(count).log"
    let log = try openFile(path, [.writeOnly, .create, .truncate, .append])
    var plan = SpawnPlan(program, ["--root", root, "--log", path, "--log-format", "json"] + command)
    plan.descriptors = descriptors.isEmpty ? [(StandardDescriptor.error.rawValue, log.raw)] : descriptors
    let child: Int32
    let image = ReadOnlyProgram.make(program, for: command)
    switch image {
    case .some(let image): image.apply(to: &plan)
    case .none: break
    }
    do throws(SystemError) { child = try spawn(plan).pid } catch {
      try removeFileIfThere(path)
      throw error
    }
    let early = reaper.claim(child) { [weak self] (status) throws(SystemError) in
      try ended(try self?.outcome(status, path) ?? .failed("", status))
    }
    // Reaping happens between events only, so the child just started cannot have been reaped.
    assert(early == nil, "a new child had been reaped before it was claimed")
  }

  private func outcome(_ status: ExitStatus, _ path: String) throws(SystemError) -> Outcome {
    defer {
      do throws(SystemError) { try removeFileIfThere(path) } catch
      { /* the run directory itself may be gone */  }
    }
    guard status != .exited(0) else { return .succeeded }
    do throws(SystemError) {
      return .failed(RuntimeLog.lastError(in: try readFile(path, limit: 1 << 20)) ?? "", status)
    } catch { return .failed("", status) }
  }
}

extension RuntimeProgram.Outcome {
  /// One line that says why the command failed; nil when it did not.
  /// - Parameters:
  ///   - command: its name, for a runtime that failed without a word.
  ///   - words: what it wrote to its stderr.
  func failure(_ command: String, words: String = "") -> String? {
    guard case .failed(let message, let status) = self else { return nil }
    if !message.isEmpty { return message }
    if let last = RuntimeLog.lastError(in: Array(words.utf8)) { return last }
    switch status {
    case .exited(let code): return "the runtime's \(command) failed with exit code \(code) and no message"
    case .signaled(let number): return "the runtime's \(command) was ended by signal \(Signal.name(number))"
    }
  }
}
