internal import LinuxSecurity
internal import OCIRuntimeSpec

/// The filter for `linux.seccomp`, compiled before anything is made: a policy that cannot be compiled costs nothing.
///
/// libseccomp takes 10 ms for docker's default policy, so the program is remembered beside the containers.
/// - Parameter store: nil remembers nothing.
/// - Parameter refusingUnknownCalls: names of system calls that the library does not know are refused, not passed over.
/// - Throws: `LifecycleError.refused` with the JSON path of what is wrong.
func compileSeccomp(
  _ seccomp: RuntimeSpec.Linux.Seccomp, in store: ContainerStore?, refusingUnknownCalls: Bool = false
) throws(LifecycleError) -> SeccompFilter {
  var violations = listenerViolations(seccomp) + flagViolations(seccomp)
  if refusingUnknownCalls { violations += unknownCalls(seccomp) }
  if !violations.isEmpty { throw .refused(violations) }
  let policy = SeccompPolicy(
    defaultAction: seccomp.defaultAction.rawValue, defaultErrno: seccomp.defaultErrnoRet.map { UInt32($0) },
    architectures: (seccomp.architectures ?? []).map(\.rawValue),
    flags: seccomp.flags.map { $0.map(\.rawValue) },
    rules: (seccomp.syscalls ?? []).map { rule in
      SeccompPolicy.Rule(
        names: rule.names, action: rule.action.rawValue, errno: rule.errnoRet.map { UInt32($0) },
        arguments: (rule.args ?? []).map {
          SeccompPolicy.Argument(
            index: UInt32($0.index), value: $0.value, valueTwo: $0.valueTwo ?? 0, comparison: $0.op.rawValue)
        })
    })
  do throws(SeccompError) {
    guard let store else { return try compileSeccompFilter(policy) }
    return try compileSeccompFilter(policy, rememberedIn: store.filterCache)
  } catch {
    throw .refused([Violation(error.path, error.problem)])
  }
}

/// The names that no architecture has a call for.
func unknownCalls(_ seccomp: RuntimeSpec.Linux.Seccomp) -> [Violation] {
  (seccomp.syscalls ?? []).enumerated().flatMap { rule in
    rule.element.names.enumerated().filter { !isSystemCall($0.element) }.map {
      Violation(
        "linux.seccomp.syscalls[\(rule.offset)].names[\($0.offset)]", "unknown system call \"\($0.element)\"")
    }
  }
}
