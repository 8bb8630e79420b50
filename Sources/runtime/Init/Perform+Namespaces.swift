internal import LinuxSystem

/// Joins namespaces of the container's init, all in one call, or none (setns(2) with a pidfd).
func joinContainer(_ flags: CloneFlags, _ context: borrowing InitContext) throws(SystemError) {
  switch context.descriptors.container {
  case .some(let container): try joinNamespace(container, kind: flags)
  case .none: throw SystemError("setns", code: ErrorCode.badDescriptor)
  }
}

/// Becomes root of the user namespace, whose capabilities this process has had since it is in it. Until here it was
/// whoever started the runtime, without an id that the namespace knows, so that it could make no file.
///
/// A namespace that is joined may forbid to set groups, which only its own procfs files tell: then nobody in it has other
/// groups than those they came with, and none can be asked for (user_namespaces(7)).
///
/// Where root, or its group, is not mapped, which setresuid(2) answers with EINVAL, this process becomes `user` or `group`.
/// That takes no capability away: only a change from the namespace's root does (capabilities(7), Effect of user ID changes
/// on capabilities).
func becomeNamespaceRoot(
  dropsGroups: Bool, orUser user: UInt32, orGroup group: UInt32, _ context: inout InitContext
) throws(SystemError) {
  if dropsGroups {
    do throws(SystemError) { try setSupplementaryGroups([]) } catch {
      guard error.code == ErrorCode.notPermitted, try readText("/proc/self/setgroups") == "deny" else {
        throw error
      }
      context.groupsAreFixed = true
    }
  }
  do throws(SystemError) { try setGroup(0) } catch {
    guard error.code == ErrorCode.invalid else { throw error }
    try setGroup(group)
  }
  do throws(SystemError) { try setUser(0) } catch {
    guard error.code == ErrorCode.invalid else { throw error }
    try setUser(user)
  }
}

/// Enters the network namespace that was made while supervisor and init worked; before sysfs, which shows the devices of
/// whoever mounts it.
func enterNewNetwork(_ context: inout InitContext) throws(SystemError) {
  guard let network = context.network.take() else {
    throw SystemError("setns", code: ErrorCode.badDescriptor)
  }
  try joinNamespace(network, kind: .newNetwork)
}

/// Waits for the supervisor's word that `lo` is up in it. Init says nothing itself: the word lies there already, unless the
/// kernel is busy with the network of a container that has just ended.
func awaitNetwork(_ context: borrowing InitContext) throws(SystemError) {
  guard try InitRecord.receive(over: context.descriptors.channel) == .networkIsUp else {
    throw SystemError("wait", code: ErrorCode.brokenPipe)
  }
}

/// Tells the supervisor that init got here, and waits for its word, with which the network namespace may come. When the
/// supervisor has gone, so has the reason to live: the end of the channel is an error.
func awaitSupervisor(_ context: inout InitContext) throws(SystemError) {
  try InitRecord.waiting.send(over: context.descriptors.channel)
  var received = try receiveDescriptor(over: context.descriptors.channel, limit: 64)
  guard try InitRecord.record(received.bytes) == .proceed else {
    throw SystemError("wait", code: ErrorCode.brokenPipe)
  }
  context.network = received.descriptor.take()
}

/// Writes a kernel parameter of this container's namespaces.
///
/// Through the host's procfs and before the root changes: /proc/sys shows the namespaces of whoever asks, so the
/// value lands in the container, and nothing that the image could have put there is on the way (CVE-2025-52881).
func writeSysctl(_ name: String, _ value: String) throws(SystemError) {
  let root = try openFile("/proc/sys", [.path, .directory])
  guard try fileSystemType(of: root) == FileSystemMagic.proc else {
    throw SystemError("sysctl", code: ErrorCode.invalid, subject: "/proc/sys is not procfs")
  }
  // The separator is a dot unless the name has slashes; then dots are part of names (sysctl.d(5)).
  let path = name.contains("/") ? name : name.split(separator: ".").joined(separator: "/")
  let file = try openBeneath(root, path, .writeOnly)
  try file.writeAll(value)
}

/// As in runc: who stops a container that was never started need not wait until it is killed.
func endOnRequest() {
  for number in [Signal.hangUp, Signal.interrupt, Signal.terminate] { endFirstProcess(on: number) }
}

/// Waits at the gate; from now on failures are told to whoever opened it.
func awaitStart(_ context: inout InitContext) throws(SystemError) {
  guard let gate = context.descriptors.gate.take() else {
    throw SystemError("start", code: ErrorCode.badDescriptor)
  }
  // The steps that masked are over: a created container holds no more open than it needs.
  context.emptyDirectory = nil
  context.starter = try StartGate.wait(at: gate)
}
