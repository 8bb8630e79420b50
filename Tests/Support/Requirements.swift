import LinuxSystem
package import Testing

extension Trait where Self == ConditionTrait {
  /// The test starts containers, mounts or makes cgroups: without root it is skipped, with this reason.
  package static var requiresRoot: Self {
    .enabled(if: effectiveUserID() == 0, "containers are started as root")
  }

  /// The test needs a program on PATH: without it, it is skipped, with this reason.
  package static func requires(program name: String) -> Self {
    .enabled(if: Host.findProgram(name) != nil, "\(name) is not installed")
  }
}
