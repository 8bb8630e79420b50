package import LinuxSystem

// A process can join a user namespace, but then it may not join others that the new one does not own; and it can only be
// born into a pid namespace. So where namespaces are joined and a user namespace is involved, a forerunner goes first:
// it joins, and init is born of it, with the supervisor as its parent (clone(2), CLONE_PARENT). It stays in the host's
// mount and pid namespaces to its end, so nothing of the container's can reach it; where it is born in a cgroup that belongs
// to the container's root, that one can stop or kill it, as it can init.

/// What the forerunner takes over.
package struct ForerunnerCargo: ~Copyable {
  let plan: InitPlan
  var descriptors: InitDescriptors
  let birth: OwnedDescriptor
  let cgroup: OwnedDescriptor?

  /// - Parameters:
  ///   - birth: where init's pidfd and pid go.
  ///   - cgroup: the unified cgroup that init is born in, opened; nil is the forerunner's own.
  package init(
    plan: InitPlan, descriptors: consuming InitDescriptors, birth: consuming OwnedDescriptor,
    cgroup: consuming OwnedDescriptor?
  ) {
    self.plan = plan
    self.descriptors = descriptors
    self.birth = birth
    self.cgroup = cgroup
  }
}

/// Performs the forerunner's steps, gives birth to init and tells its pid. Does not return.
///
/// A failed step is reported on init's channel, where the supervisor looks when nothing comes over the other; a failed
/// birth, when that channel is gone, by the exit code, which is the errno.
package func performForerunner(_ cargo: consuming ForerunnerCargo) {
  let plan = cargo.plan
  let birth = cargo.birth
  let cgroup = cargo.cgroup
  var context = InitContext(cargo.descriptors)
  context.perform(plan.forerunner, firstIndex: 0)
  do throws(SystemError) {
    let process = try clone(
      plan.cloneFlags.union(.sameParent), into: cgroup,
      InitCargo(plan: plan, descriptors: context.descriptors), child: performInit)
    try sendDescriptor(process.descriptor, with: BirthMessage.bytes(process.pid), over: birth)
  } catch { exitImmediately(error.code) }
  exitImmediately(0)
}

/// What comes with init's pidfd: its pid in the supervisor's pid namespace, which is the forerunner's too.
package enum BirthMessage {
  /// Four bytes, little endian.
  static func bytes(_ pid: Int32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: pid >> (8 * Int32($0))) }
  }

  /// The pid; nil for anything but four bytes.
  package static func pid(_ bytes: [UInt8]) -> Int32? {
    guard bytes.count == 4 else { return nil }
    return (0..<4).reduce(0) { $0 | Int32(bytes[$1]) << (8 * Int32($1)) }
  }
}
