internal import CLibseccomp
package import LinuxSystem

/// A filter ready for the kernel: made by the supervisor, which may fail, installed by init, which only acts.
package struct SeccompFilter: Sendable, Equatable {
  /// The BPF program, `struct sock_filter`s of 8 bytes.
  package let program: [UInt8]
  /// The flags for seccomp(2); with `newListener` installing returns a descriptor.
  package let flags: FilterFlags
}

/// Installs a filter: init's last step before exec with no_new_privs, and before the capability drop without
/// (seccomp(2): one of no_new_privs and CAP_SYS_ADMIN is needed).
///
/// From here on only calls that the policy allows succeed. Of a listener's descriptor the supervisor must be told
/// by write(2) alone, the one call that `compileSeccompFilter` keeps from being sent to the listener.
/// - Returns: the listener's descriptor when the flags ask for one.
package func installSeccompFilter(_ filter: SeccompFilter) throws(SystemError) -> OwnedDescriptor? {
  try installFilter(filter.program, flags: filter.flags)
}

/// Makes a policy a BPF program, as runc does (libcontainer/seccomp/seccomp_linux.go): unknown calls are passed over,
/// a rule that says what the default says anyway is dropped, the native architecture is always covered, and a call
/// from an architecture that is not covered kills.
///
/// runc furthermore answers ENOSYS for calls newer than every call in the profile (libcontainer/seccomp/patchbpf),
/// so that libc falls back to older ones. That is not done here: the default action is the answer, as in crun. A
/// profile that wants ENOSYS says so with `defaultErrnoRet`, as podman's does.
/// - Throws: `SeccompError` with the JSON path of what cannot be taken.
package func compileSeccompFilter(_ policy: SeccompPolicy) throws(SeccompError) -> SeccompFilter {
  let plan = try SeccompPlan(policy)
  return SeccompFilter(program: try plan.assemble(), flags: plan.flags)
}
