internal import CLibseccomp
internal import LinuxSystem

// The specification speaks in the names of libseccomp's constants; here they become the constants.

/// An action with its errno packed in, as libseccomp and the kernel compare it.
/// - Throws: `SeccompError` for an unknown name, and for an errno on an action that has none (runtime-spec
///   config-linux.md: the runtime must fail) or that the kernel could not return.
func seccompAction(
  _ name: String, errno: UInt32?, at path: String, errnoAt errnoPath: String
) throws(SeccompError) -> UInt32 {
  let number: UInt32
  switch name {
  case "SCMP_ACT_ERRNO":
    return clibseccomp_act_errno(try seccompErrno(errno, limit: 4095, at: errnoPath))
  case "SCMP_ACT_TRACE":
    return clibseccomp_act_trace(try seccompErrno(errno, limit: UInt32(UInt16.max), at: errnoPath))
  case "SCMP_ACT_KILL", "SCMP_ACT_KILL_THREAD": number = SCMP_ACT_KILL_THREAD
  case "SCMP_ACT_KILL_PROCESS": number = SCMP_ACT_KILL_PROCESS
  case "SCMP_ACT_TRAP": number = SCMP_ACT_TRAP
  case "SCMP_ACT_ALLOW": number = SCMP_ACT_ALLOW
  case "SCMP_ACT_LOG": number = SCMP_ACT_LOG
  case "SCMP_ACT_NOTIFY": number = SCMP_ACT_NOTIFY
  default: throw SeccompError(path, "unknown action \"\(name)\", needed one such as \"SCMP_ACT_ERRNO\"")
  }
  guard errno == nil else {
    throw SeccompError(
      errnoPath, "\"\(name)\" returns no errno, only \"SCMP_ACT_ERRNO\" and \"SCMP_ACT_TRACE\" do")
  }
  return number
}

/// MAX_ERRNO bounds what a filter can return (seccomp(2), SECCOMP_RET_ERRNO); a tracer gets all 16 bits.
private func seccompErrno(_ errno: UInt32?, limit: UInt32, at path: String) throws(SeccompError) -> UInt16 {
  guard let errno else { return UInt16(ErrorCode.notPermitted) }
  guard errno <= limit else { throw SeccompError(path, "\(errno) is out of range, needed 0 to \(limit)") }
  return UInt16(errno)
}

/// An operator.
func seccompComparison(_ name: String, at path: String) throws(SeccompError) -> scmp_compare {
  switch name {
  case "SCMP_CMP_NE": SCMP_CMP_NE
  case "SCMP_CMP_LT": SCMP_CMP_LT
  case "SCMP_CMP_LE": SCMP_CMP_LE
  case "SCMP_CMP_EQ": SCMP_CMP_EQ
  case "SCMP_CMP_GE": SCMP_CMP_GE
  case "SCMP_CMP_GT": SCMP_CMP_GT
  case "SCMP_CMP_MASKED_EQ": SCMP_CMP_MASKED_EQ
  default: throw SeccompError(path, "unknown operator \"\(name)\", needed one such as \"SCMP_CMP_EQ\"")
  }
}

/// A system call's number, or one below zero of libseccomp's for a call of other architectures; nil when it has no call of
/// this name.
func seccompCall(_ name: String) -> Int32? {
  // A JSON string may hold NUL, where C would see the end of a shorter name.
  let call = name.utf8.contains(0) ? __NR_SCMP_ERROR : unsafe seccomp_syscall_resolve_name(name)
  return call == __NR_SCMP_ERROR ? nil : call
}

/// Whether the library knows a system call of this name.
package func isSystemCall(_ name: String) -> Bool { seccompCall(name) != nil }

/// An architecture's token. libseccomp names them without the prefix and in lower case.
func seccompArchitecture(_ name: String, at path: String) throws(SeccompError) -> UInt32 {
  let prefix = "SCMP_ARCH_"
  let token =
    name.hasPrefix(prefix)
    ? unsafe seccomp_arch_resolve_name(name.dropFirst(prefix.count).lowercased()) : 0
  guard token != 0 else {
    throw SeccompError(path, "unknown architecture \"\(name)\", needed one such as \"SCMP_ARCH_X86_64\"")
  }
  return token
}

/// A flag of seccomp(2).
func seccompFlag(_ name: String, at path: String) throws(SeccompError) -> FilterFlags {
  switch name {
  case "SECCOMP_FILTER_FLAG_TSYNC": .threadSync
  case "SECCOMP_FILTER_FLAG_LOG": .log
  case "SECCOMP_FILTER_FLAG_SPEC_ALLOW": .speculationAllow
  case "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV": .waitKillableReceive
  default:
    throw SeccompError(path, "unknown flag \"\(name)\", needed one such as \"SECCOMP_FILTER_FLAG_LOG\"")
  }
}

/// Whether the library has this architecture.
package func supportsSeccompArchitecture(_ name: String) -> Bool {
  do throws(SeccompError) { return try seccompArchitecture(name, at: "") != 0 } catch { return false }
}

/// Whether the library and the running kernel have this flag of seccomp(2).
package func supportsSeccompFlag(_ name: String) -> Bool {
  do throws(SeccompError) {
    let flag = try seccompFlag(name, at: "")
    // Only with a listener does the kernel take it.
    return supportsFilterFlags(flag == .waitKillableReceive ? [flag, .newListener] : flag)
  } catch { return false }
}
