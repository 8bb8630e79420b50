import LinuxSystem
import Testing

/// An OCI runtime that the bundle tests run against: ours, and those that show whether a test is right.
package enum Runtime: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case ours = "apus-runtime"
  case runc
  case crun

  /// The runtimes for the tests' arguments: those named in `APUS_TEST_RUNTIMES` (separated by commas), else ours
  /// and runc; without those that are not there.
  package static var available: [Runtime] {
    let names = (Environment.value("APUS_TEST_RUNTIMES") ?? "apus-runtime,runc").split(separator: ",")
    return allCases.filter { names.contains(Substring($0.rawValue)) && Host.findProgram($0.rawValue) != nil }
  }

  /// Ours alone, for what the references do differently or not at all.
  package static var oursOnly: [Runtime] { available.filter { $0 == .ours } }

  /// The words before the arguments. crun refuses a hybrid layout of cgroups, so it gets a mount namespace without
  /// the v2 tree; elsewhere that tree is not at this place and the shell goes on.
  var words: [String] {
    switch self {
    case .ours, .runc: [rawValue]
    case .crun:
      [
        "unshare", "-m", "--propagation", "private", "sh", "-c",
        "umount /sys/fs/cgroup/unified 2>/dev/null; exec crun \"$@\"", "crun",
      ]
    }
  }

  /// How the runner shows the argument.
  package var testDescription: String { rawValue }
}
