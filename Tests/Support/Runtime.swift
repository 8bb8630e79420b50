import LinuxSystem
import Testing

/// An OCI runtime that the bundle tests run against: ours, and those that show whether a test is right.
package struct Runtime: Sendable, Hashable, CustomTestStringConvertible {
  /// What tests and people call it; two of one name are the same.
  package let rawValue: String
  /// A name on PATH or an absolute path.
  package let program: String

  /// The one that the tests are about.
  package static let ours = Runtime("apus-runtime")
  /// A reference.
  package static let runc = Runtime("runc")
  /// A reference.
  package static let crun = Runtime("crun")

  /// Ours, the references, and those that `APUS_TEST_RUNTIMES` names besides.
  package static var allCases: [Runtime] {
    let known = [ours, runc, crun].filter { !named.contains($0) }
    return known + named
  }

  /// The runtimes for the tests' arguments: those named in `APUS_TEST_RUNTIMES`, else ours and runc; without those
  /// that are not there. The variable's parts are separated by commas, each a name on PATH, or `NAME=PATH`.
  package static var available: [Runtime] {
    (named.isEmpty ? [ours, runc] : named).filter { Host.findProgram($0.program) != nil }
  }

  /// Ours alone, for what the references do differently or not at all.
  package static var oursOnly: [Runtime] { available.filter { $0 == .ours } }

  private static var named: [Runtime] {
    (Environment.value("APUS_TEST_RUNTIMES") ?? "").split(separator: ",").map { part in
      let sides = part.split(separator: "=", maxSplits: 1).map(String.init)
      return Runtime(sides[0], program: sides.last)
    }
  }

  private init(_ name: String, program: String? = nil) { (rawValue, self.program) = (name, program ?? name) }

  /// The words before the arguments. crun refuses a hybrid layout of cgroups, so it gets a mount namespace without
  /// the v2 tree; elsewhere that tree is not at this place and the shell goes on.
  var words: [String] {
    guard self == .crun else { return [program] }
    return [
      "unshare", "-m", "--propagation", "private", "sh", "-c",
      "umount /sys/fs/cgroup/unified 2>/dev/null; exec \(program) \"$@\"", "crun",
    ]
  }

  /// Two of one name are the same.
  package static func == (left: Runtime, right: Runtime) -> Bool { left.rawValue == right.rawValue }

  /// Consistent with `==`.
  package func hash(into hasher: inout Hasher) { hasher.combine(rawValue) }

  /// How the runner shows the argument.
  package var testDescription: String { rawValue }
}
