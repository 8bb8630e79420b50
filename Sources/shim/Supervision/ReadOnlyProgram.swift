internal import LinuxSystem

/// Our own runtime's file by a read-only copy of its mount, as it would make one for itself and start a second time from
/// there (decisions/0007): started like this it need not.
struct ReadOnlyProgram: ~Copyable {
  private let mount: OwnedDescriptor

  /// Makes the copy for a command that enters a container.
  /// - Returns: nil for other commands, for other runtimes, which have ways of their own and may be known to a security
  ///   module by their path, and without the privilege: then the runtime sees to it.
  static func make(_ program: String, for command: [String]) -> ReadOnlyProgram? {
    guard command.first == "create" || command.first == "exec", splitPath(program).name == "apus-runtime"
    else {
      return nil
    }
    do throws(SystemError) {
      let mount = try cloneMountTree(program, recursive: false)
      try setMountAttributes(mount, set: .readOnly, clear: [], recursive: false, named: program)
      return ReadOnlyProgram(mount: mount)
    } catch { return nil }
  }

  /// Has the plan start it. By our own descriptor, since the program's are closed before it begins.
  func apply(to plan: inout SpawnPlan) {
    plan.program = "/proc/\(ownPID())/fd/\(mount.raw)"
    // Without a name: Swift's runtime would look for its backtrace program below the working directory.
    plan.environment.removeAll { $0.hasPrefix("SWIFT_BACKTRACE=") }
    plan.environment.append("SWIFT_BACKTRACE=enable=no,swift-backtrace=/dev/null")
  }
}
