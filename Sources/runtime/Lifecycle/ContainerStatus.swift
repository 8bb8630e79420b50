internal import Cgroups
internal import ContainerInit
internal import LinuxSystem
package import OCIRuntimeSpec

/// A container as it stands: its facts, and a status derived from the kernel's (state-layout.md).
package struct Container: Sendable {
  let record: ContainerRecord
  let directory: String
  package let status: RuntimeState.Status

  init(record: ContainerRecord, directory: String) throws(LifecycleError) {
    self.record = record
    self.directory = directory
    status = try Container.status(record, directory)
  }

  package var id: String { record.id }

  /// Where a container that waits for `start` is knocked at; named only when create is complete.
  var gatePath: String { "\(directory)/\(StartGate.name)" }

  /// In order: gone, made but not complete, frozen, waiting at the gate, running.
  private static func status(_ record: ContainerRecord, _ directory: String) throws(LifecycleError)
    -> RuntimeState.Status
  {
    let facts = try during("state") { () throws(SystemError) in try ProcessFacts(pid: record.pid) }
    guard let facts, !facts.hasEnded, facts.startTime == record.startTime else { return .stopped }
    if fileExists("\(directory)/\(pendingGateName)") { return .creating }
    // Before the gate: a created container that is frozen cannot be started.
    let cgroup = record.cgroup
    if try duringCgroups({ () throws(CgroupError) in try cgroup.isFrozen() }) { return .paused }
    let gate = "\(directory)/\(StartGate.name)"
    if fileExists(gate) {
      let position = try during("state") { () throws(SystemError) in try StartGate.position(gate) }
      if position == .waiting { return .created }
    }
    return .running
  }

  /// The gate's name while create is still at work.
  static var pendingGateName: String { "\(StartGate.name).pending" }

  /// The name of a file that says where the bundle is, for those who find a directory without a record.
  static var bundleName: String { "bundle" }

  /// The name of an empty file that says the same of cgroups: none were to be made.
  static var withoutCgroupsName: String { "without-cgroups" }

  /// The state as `state` and `list` print it; pid 0 when stopped, as runc has it.
  package func state() -> RuntimeState {
    RuntimeState(
      ociVersion: specificationVersion, id: record.id, pid: status == .stopped ? 0 : Int(record.pid),
      status: status,
      bundle: record.bundle, rootfs: record.rootfs, created: record.created, annotations: record.annotations,
      owner: ownerName(record.ownerID))
  }

  /// A handle to init, checked to be the process that the record means.
  func openInit() throws(LifecycleError) -> ProcessHandle {
    do throws(SystemError) {
      let handle = try ProcessHandle(pid: record.pid)
      // After opening: from here on the pid cannot be reused under us.
      guard let facts = try ProcessFacts(pid: record.pid), facts.startTime == record.startTime,
        !facts.hasEnded
      else {
        throw SystemError("open init", code: ErrorCode.noProcess)
      }
      return handle
    } catch {
      if error.code == ErrorCode.noProcess { throw .wrongStatus("container not running") }
      throw .system(what: "", error)
    }
  }
}

/// The user as `state` names it.
func ownerName(_ id: UInt32 = effectiveUserID()) -> String { id == 0 ? "root" : "\(id)" }

/// The newest version of the runtime specification that is implemented.
package let specificationVersion = "1.3.0"
