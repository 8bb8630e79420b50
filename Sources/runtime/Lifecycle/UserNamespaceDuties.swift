internal import ContainerInit
internal import LinuxSystem
internal import OCIRuntimeSpec

/// What the supervisor does for a container in a user namespace while its init waits: everything that nobody inside may.
struct UserNamespaceDuties {
  /// The mappings to write; nil for a namespace that is joined.
  let mapping: MappingPlan?
  /// What the configuration says of a namespace that is joined; nil when it says nothing.
  let expected: IDMappings?
  let user: RuntimeSpec.Process.User?
  let outOfMemoryScore: Int?
  /// Whether pipes that are stdio get the process's user: not a terminal's, and only root may give them away.
  let ownsStandardDescriptors: Bool

  /// The duties for a configuration; nil without a user namespace.
  init?(_ spec: RuntimeSpec, _ namespaces: NamespacePlan) {
    guard namespaces.hasUserNamespace else { return nil }
    let given = IDMappings(spec.linux)
    let isNew = namespaces.userPath == nil
    let own = effectiveUserID()
    mapping = isNew ? given.map { MappingPlan($0, userID: own, groupID: effectiveGroupID()) } : nil
    expected = isNew ? nil : given
    user = spec.process?.user
    outOfMemoryScore = spec.process?.oomScoreAdj
    ownsStandardDescriptors = own == 0 && spec.process?.terminal != true
  }

  /// Whether groups can be set inside. One that is joined and forbids it makes init's step fail.
  var setsGroups: Bool { !(mapping?.deniesGroups ?? false) }

  /// Does them for the process that waits: mappings first, since nothing else has a meaning before.
  func perform(pid: Int32) throws(LifecycleError) {
    try mapping?.perform(pid: pid)
    let actual = try during("user namespace") { () throws(SystemError) in try IDMappings(ofPID: pid) }
    if mapping == nil { try check(actual) }
    // From outside: lowering it takes CAP_SYS_RESOURCE in the first user namespace.
    if let score = outOfMemoryScore {
      try during("process.oomScoreAdj") { () throws(SystemError) in
        try writeProcessFile("oom_score_adj", ofPID: pid, "\(score)")
      }
    }
    if ownsStandardDescriptors, let owner = actual.user(user?.uid ?? 0) {
      // A pipe's owner outside is nobody inside, so only the supervisor can give away what both have as stdio.
      try during("give stdio to user \(user?.uid ?? 0)") { () throws(SystemError) in
        try giveStandardPipes(to: owner)
      }
    }
  }

  private func check(_ actual: IDMappings) throws(LifecycleError) {
    if let expected, !expected.isSame(as: actual) {
      throw .refused([
        Violation("linux.uidMappings", "are not those of the user namespace that is joined")
      ])
    }
    let violations = UserNamespaceRules.userIsMapped(user, actual)
    if !violations.isEmpty { throw .refused(violations) }
  }
}

/// Whether the user namespace of a process lets groups be set: `/proc/PID/setgroups` (user_namespaces(7)).
func groupsCanBeSet(inNamespaceOf process: String) throws(LifecycleError) -> Bool {
  try during("user namespace") { () throws(SystemError) in
    try readText("/proc/\(process)/setgroups") == "allow"
  }
}

extension IDMappings {
  /// Whether both say the same; the kernel may keep the lines in another order.
  fileprivate func isSame(as other: IDMappings) -> Bool {
    func sorted(_ ranges: [IDRange]) -> [IDRange] { ranges.sorted { $0.inside < $1.inside } }
    return sorted(users) == sorted(other.users) && sorted(groups) == sorted(other.groups)
  }
}
