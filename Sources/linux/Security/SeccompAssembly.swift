internal import CLibseccomp
internal import LinuxSystem

extension SeccompPlan {
  /// Has libseccomp write the program. `seccomp_export_bpf_mem` came with 2.6 only, so it goes by way of a file in
  /// memory.
  func assemble() throws(SeccompError) -> [UInt8] {
    guard let filter = unsafe seccomp_init(defaultAction) else {
      throw SeccompError("linux.seccomp", "libseccomp takes no filter with this default action")
    }
    defer { unsafe seccomp_release(filter) }
    for (index, token) in architectures.enumerated() {
      let result = unsafe seccomp_arch_add(filter, token)
      // The native one is there from the start.
      guard result == 0 || result == -ErrorCode.exists else {
        throw SeccompPlan.refused("linux.seccomp.architectures[\(index)]", result)
      }
    }
    // A tree of decisions instead of a list, when it pays; 2.5.4 and older misbehave with a tree of no rules.
    if rules.count > 32 {
      let result = unsafe seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2)
      guard result == 0 else { throw SeccompPlan.refused("linux.seccomp", result) }
    }
    for rule in rules {
      let result = unsafe rule.conditions.withUnsafeBufferPointer {
        unsafe seccomp_rule_add_array(filter, rule.action, rule.call, UInt32($0.count), $0.baseAddress)
      }
      guard result == 0 else { throw SeccompPlan.refused(rule.path, result) }
    }
    do throws(SystemError) {
      let file = try makeMemoryFile("seccomp")
      let result = unsafe seccomp_export_bpf(filter, file.raw)
      guard result == 0 else { throw SystemError("seccomp_export_bpf", code: -result) }
      try rewind(file)
      return try file.readAll()
    } catch { throw SeccompError("linux.seccomp", "\(error)") }
  }

  private static func refused(_ path: String, _ result: Int32) -> SeccompError {
    SeccompError(path, "libseccomp refuses it: \(SystemError.reason(-result))")
  }
}
