internal import CLibseccomp
internal import LinuxSystem

/// A policy with every name resolved: what libseccomp is going to be told, in this order.
struct SeccompPlan {
  let defaultAction: UInt32
  let architectures: [UInt32]
  let flags: FilterFlags
  let rules: [Rule]

  /// One call of `seccomp_rule_add_array(3)`.
  struct Rule {
    let call: Int32
    let action: UInt32
    let conditions: [scmp_arg_cmp]
    let path: String
  }

  init(_ policy: SeccompPolicy) throws(SeccompError) {
    let root = "linux.seccomp"
    defaultAction = try seccompAction(
      policy.defaultAction, errno: policy.defaultErrno, at: "\(root).defaultAction",
      errnoAt: "\(root).defaultErrnoRet")
    // The listener would have to answer for the very write that tells of it (runc, InitSeccomp).
    guard defaultAction != SCMP_ACT_NOTIFY else {
      throw SeccompError(
        "\(root).defaultAction",
        "\"SCMP_ACT_NOTIFY\" cannot be the default, needed an action without a listener")
    }
    var architectures: [UInt32] = []
    for (index, name) in policy.architectures.enumerated() {
      architectures.append(try seccompArchitecture(name, at: "\(root).architectures[\(index)]"))
    }
    self.architectures = architectures

    var rules: [Rule] = []
    for (index, rule) in policy.rules.enumerated() {
      rules += try SeccompPlan.resolve(rule, at: "\(root).syscalls[\(index)]", default: defaultAction)
    }
    self.rules = rules
    flags = try SeccompPlan.flags(
      policy.flags, at: "\(root).flags", listener: rules.contains { $0.action == SCMP_ACT_NOTIFY })
  }

  private static func flags(_ names: [String]?, at path: String, listener: Bool) throws(SeccompError)
    -> FilterFlags
  {
    guard let names else { return listener ? [.speculationAllow, .newListener] : .speculationAllow }
    var flags: FilterFlags = []
    for (index, name) in names.enumerated() {
      let flag = try seccompFlag(name, at: "\(path)[\(index)]")
      guard listener || flag != .waitKillableReceive else {
        throw SeccompError("\(path)[\(index)]", "\"\(name)\" needs a rule with \"SCMP_ACT_NOTIFY\"")
      }
      flags.formUnion(flag)
    }
    guard listener else { return flags }
    // The kernel takes TSYNC with a listener only when a failure is an errno, not a thread's number.
    if flags.contains(.threadSync) { flags.formUnion(.threadSyncFails) }
    return flags.union(.newListener)
  }

  private static func resolve(
    _ rule: SeccompPolicy.Rule, at path: String, default defaultAction: UInt32
  ) throws(SeccompError) -> [Rule] {
    let action = try seccompAction(
      rule.action, errno: rule.errno, at: "\(path).action", errnoAt: "\(path).errnoRet")
    guard !rule.names.isEmpty else { throw SeccompError("\(path).names", "empty, needed at least one call") }
    let alternatives = try conditions(rule.arguments, at: "\(path).args")
    if action == defaultAction { return [] }

    var rules: [Rule] = []
    for (index, name) in rule.names.enumerated() {
      if action == SCMP_ACT_NOTIFY, name == "write" {
        throw SeccompError(
          "\(path).names[\(index)]",
          "\"write\" cannot have \"SCMP_ACT_NOTIFY\": init tells of the listener by it")
      }
      guard let call = seccompCall(name) else { continue }
      rules += alternatives.map {
        Rule(call: call, action: action, conditions: $0, path: "\(path).names[\(index)]")
      }
    }
    return rules
  }

  /// The conditions as alternatives of which each holds together: one, unless two speak of the same argument, when
  /// each stands alone (runc, matchCall, which keeps docker's older profiles working so).
  private static func conditions(
    _ arguments: [SeccompPolicy.Argument], at path: String
  ) throws(SeccompError) -> [[scmp_arg_cmp]] {
    var all: [scmp_arg_cmp] = []
    for (index, argument) in arguments.enumerated() {
      let comparison = try seccompComparison(argument.comparison, at: "\(path)[\(index)].op")
      guard argument.index < 6 else {
        throw SeccompError("\(path)[\(index)].index", "\(argument.index) is out of range, needed 0 to 5")
      }
      all.append(
        scmp_arg_cmp(
          arg: argument.index, op: comparison, datum_a: argument.value, datum_b: argument.valueTwo))
    }
    return Set(all.map(\.arg)).count == all.count ? [all] : all.map { [$0] }
  }
}
