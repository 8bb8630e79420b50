internal import LinuxSecurity
package import LinuxSystem

/// Gives pipes that are stdio to the container's user, who could not reopen /dev/stdout otherwise. Devices and files
/// of the host are left alone: a runtime that chowns the host's /dev/null breaks the host.
package func giveStandardPipes(to user: UInt32) throws(SystemError) {
  for descriptor in [StandardDescriptor.input, .output, .error] {
    let status = try fileStatus(of: descriptor)
    guard status.kind == .fifo, status.userID != user else { continue }
    do throws(SystemError) { try setOwner(descriptor, userID: user, groupID: UInt32.max) } catch {
      // A pipe of somebody whom the runtime's user namespace does not know cannot be given away. It is as it is for a
      // convenience, not for protection, so the container starts (runc does the same).
      guard error.code == ErrorCode.notPermitted else { throw error }
    }
  }
}

/// The supplementary groups first, since setting them takes a privilege; an empty list is set too, or the caller's
/// groups would leak into the container.
func setGroups(
  _ group: UInt32, _ additional: [UInt32], _ context: borrowing InitContext
) throws(SystemError) {
  if !context.groupsAreFixed || !additional.isEmpty { try setSupplementaryGroups(additional) }
  try setGroup(group)
}

/// The process's own sets, then the ambient one, which the kernel checks against them.
func setCapabilities(_ sets: CapabilitySets) throws(SystemError) {
  try setProcessCapabilities(
    effective: sets.effective, permitted: sets.permitted, inheritable: sets.inheritable)
  // What is not both permitted and inheritable is ambient no longer (capabilities(7), Ambient): mostly that is everything, and
  // libcap would ask after each one.
  if sets.permitted.isDisjoint(with: sets.inheritable), sets.ambient.isEmpty { return }
  try setAmbientCapabilities(sets.ambient)
}

/// Enters the working directory while still privileged: docker's users expect that a directory of root's can be the
/// working directory of another user. A network file system may refuse exactly root; then the user tries again.
func enterDirectory(_ path: String, _ context: inout InitContext) throws(SystemError) {
  do throws(SystemError) { try changeDirectory(path) } catch {
    guard error.code == ErrorCode.access || error.code == ErrorCode.notPermitted else { throw error }
    context.directoryRefused = true
    return
  }
  try verifyInside()
}

/// The second try.
func enterDirectoryAsUser(_ path: String, _ context: inout InitContext) throws(SystemError) {
  guard context.directoryRefused else { return }
  try changeDirectory(path)
  try verifyInside()
}

/// A working directory that was reached over a leaked descriptor lies outside the root, and the kernel says so
/// (CVE-2024-21626).
private func verifyInside() throws(SystemError) {
  guard try workingDirectory().hasPrefix("/") else { throw SystemError("getcwd", code: ErrorCode.noEntry) }
}

/// Finds the program as the user who will run it: exec.LookPath's rules, which runc's callers know.
/// - Throws: `SystemError`; EACCES for what is there but cannot be executed, EISDIR for a directory, else ENOENT.
func findProgram(_ name: String, searchPath: String) throws(SystemError) -> String {
  guard !name.isEmpty else { throw SystemError("exec", code: ErrorCode.noEntry) }
  if name.contains("/") { return try executable(name) }
  var refusal: SystemError?
  for directory in searchPath.split(separator: ":", omittingEmptySubsequences: false) {
    do throws(SystemError) { return try executable("\(directory.isEmpty ? "." : directory)/\(name)") } catch {
      // One that may not be executed is not the answer, but a better reason than "not found".
      if error.code == ErrorCode.access { refusal = error }
    }
  }
  throw refusal ?? SystemError("exec", code: ErrorCode.noEntry, subject: name)
}

private func executable(_ path: String) throws(SystemError) -> String {
  let status = try fileStatus(path)
  if status.kind == .directory { throw SystemError("exec", code: ErrorCode.isDirectory, subject: path) }
  guard Environment.isExecutableFile(path) else {
    throw SystemError("exec", code: ErrorCode.access, subject: path)
  }
  return path
}

/// Installs the filter. Its listener is handed over next, by a step of its own.
func installSeccomp(_ filter: SeccompFilter, _ context: inout InitContext) throws(SystemError) {
  context.listener = try installSeccompFilter(filter)
}

/// Tells the number of the listener's descriptor, and waits until somebody else has copied it (pidfd_getfd(2)) and an
/// agent has it. Init must not send it: sendmsg(2) may be one of the calls that the agent would have to answer for.
/// read(2) may be one too, but by then the agent is being given what it needs.
func handOverListener(_ context: inout InitContext) throws(SystemError) {
  guard let listener = context.listener.take() else {
    throw SystemError("listener", code: ErrorCode.badDescriptor)
  }
  switch context.starter {
  case .some(let visitor): try handOver(listener, to: visitor)
  case .none: try handOver(listener, to: context.descriptors.channel)
  }
}

private func handOver(
  _ listener: borrowing OwnedDescriptor, to peer: borrowing OwnedDescriptor
) throws(SystemError) {
  try InitRecord.listener(listener.raw).write(to: peer)
  guard try InitRecord.read(from: peer) == .proceed else {
    throw SystemError("listener", code: ErrorCode.brokenPipe)
  }
}

/// Keeping capabilities over the change of user keeps them permitted, not effective (prctl(2), PR_SET_KEEPCAPS).
func raiseFilterPrivilege() throws(SystemError) {
  let own = try currentCapabilities()
  try setProcessCapabilities(
    effective: own.permitted, permitted: own.permitted, inheritable: own.inheritable)
}
