internal import LinuxSystem

/// The points of a container's life at which programs of the configuration run (runtime-spec config.md, POSIX-platform
/// Hooks), in their order.
package enum HookKind: String, Sendable, CaseIterable {
  case prestart, createRuntime, createContainer, startContainer, poststart, poststop
}

/// One hook, with every value that it needs.
package struct HookAction: Sendable, Equatable {
  package let kind: HookKind
  /// Its place in the list of its kind.
  package let index: Int
  /// Absolute, in the mount namespace of whoever runs it.
  package let path: String
  /// With the program's name first.
  package let arguments: [String]
  /// All of it: nothing of the runtime's own is added.
  package let environment: [String]
  /// Whether HOME is the program's, when that was found.
  package let takesHome: Bool
  /// nil lets it take as long as it likes.
  package let timeoutSeconds: Int?
  package let state: HookState
  /// Where it starts; nil is where init is.
  package let directory: String?
  /// What its process does before it becomes the hook: what the container's program will be under, so is a program
  /// that lies in the container's image.
  package let privileges: [InitStep]

  package init(
    kind: HookKind, index: Int, path: String, arguments: [String], environment: [String],
    takesHome: Bool = false, timeoutSeconds: Int?,
    state: HookState, directory: String?, privileges: [InitStep] = []
  ) {
    self.kind = kind
    self.index = index
    self.path = path
    self.arguments = arguments
    self.environment = environment
    self.takesHome = takesHome
    self.timeoutSeconds = timeoutSeconds
    self.state = state
    self.directory = directory
    self.privileges = privileges
  }
}

/// The document on a hook's standard input. Only its pid is not known when it is planned: a hook in the container's
/// namespaces is told the pid that it sees itself (as in runc).
package struct HookState: Sendable, Equatable {
  private let before: String
  private let after: String?

  /// A document without a pid, for a container whose process has ended.
  package init(_ text: String) { (before, after) = (text, nil) }

  /// A document with the pid between two parts.
  package init(before: String, after: String) { (self.before, self.after) = (before, after) }

  package func text(pid: Int32) -> String { after.map { "\(before)\(pid)\($0)" } ?? before }
}

/// How a hook ended. It crosses from init as the number of a failure record, from which the reader gets the whole
/// sentence without the plan: `start` has none.
package struct HookFailure: Sendable, Equatable {
  package enum Ending: Sendable, Equatable {
    case exited(Int32)
    case signaled(Int32)
    /// Killed when its time was over.
    case timedOut
    /// It could not be started: an errno.
    case failed(Int32)
  }

  package let kind: HookKind
  package let index: Int
  package let ending: Ending

  package init(_ kind: HookKind, _ index: Int, _ ending: Ending) {
    self.kind = kind
    self.index = index
    self.ending = ending
  }

  private static let mark: Int32 = 1 << 30

  /// Above every errno: bit 30, four bits of kind, two of ending, twelve of index, twelve of value.
  var code: Int32 {
    let (way, value): (Int32, Int32) =
      switch ending {
      case .exited(let code): (0, code)
      case .signaled(let signal): (1, signal)
      case .timedOut: (2, 0)
      case .failed(let code): (3, code)
      }
    let place = Int32(HookKind.allCases.firstIndex(of: kind) ?? 0)
    return HookFailure.mark | place << 26 | way << 24 | Int32(index & 0xfff) << 12 | value & 0xfff
  }

  /// nil when the number is an errno.
  package init?(code: Int32) {
    let place = Int(code >> 26 & 15)
    guard code & HookFailure.mark != 0, HookKind.allCases.indices.contains(place) else { return nil }
    let value = code & 0xfff
    let ending: Ending =
      switch code >> 24 & 3 {
      case 0: .exited(value)
      case 1: .signaled(value)
      case 2: .timedOut
      default: .failed(value)
      }
    self.init(HookKind.allCases[place], Int(code >> 12 & 0xfff), ending)
  }

  /// runc's words, and what the hook has written.
  package func sentence(output: String?) -> String {
    let how =
      switch ending {
      case .exited(let code): "exit status \(code)"
      case .signaled(let signal): "killed by signal \(Signal.name(signal))"
      case .timedOut: "timed out and was killed"
      case .failed(let code): "could not be started: \(SystemError.reason(code))"
      }
    let written = output.map { $0.isEmpty ? "" : ", output: \($0)" } ?? ""
    return "error running \(kind.rawValue) hook #\(index): \(how)\(written)"
  }
}
