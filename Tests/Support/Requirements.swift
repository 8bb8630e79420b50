import LinuxSystem
package import Testing

extension Trait where Self == ConditionTrait {
  /// The test starts containers, mounts or makes cgroups: without root it is skipped, with this reason.
  package static var requiresRoot: Self {
    .enabled(if: effectiveUserID() == 0, "containers are started as root")
  }

  /// The test asks systemd for something: where it does not run the machine it is skipped, with this reason.
  package static var requiresSystemd: Self {
    .enabled(if: Host.hasSystemd, "systemd does not run this machine; hack/test-v2 has one that it does")
  }

  /// The test is about cgroup v2 alone: elsewhere it is skipped, with this reason.
  package static var requiresUnifiedCgroups: Self {
    .enabled(
      if: try Host.isUnified, "cgroups are not v2 alone here; hack/test-v2 has a machine where they are")
  }

  /// The test needs a program on PATH: without it, it is skipped, with this reason.
  package static func requires(program name: String) -> Self {
    .enabled(if: Host.findProgram(name) != nil, "\(name) is not installed")
  }
}
