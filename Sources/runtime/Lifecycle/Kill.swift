internal import Cgroups
internal import LinuxSystem
internal import OCIRuntimeSpec

extension ContainerStore {
  /// Sends a signal to a container's init, or to every process in it.
  /// - Throws: `LifecycleError.wrongStatus("container not running")` for a stopped one, which callers take as "gone".
  package func kill(_ id: String, signal: Int32, all: Bool) throws(LifecycleError) {
    let container = try container(id)
    let cgroup = container.cgroup
    if all { return try container.signalAll(signal) }
    if container.status == .stopped {
      guard signal == Signal.kill, container.isSurvived else { throw .wrongStatus("container not running") }
      try duringCgroups { () throws(CgroupError) in try cgroup.thawIfThere() }
      return try container.signalAll(signal)
    }
    let handle = try container.openInit()
    try during("kill container \"\(id)\"") { () throws(SystemError) in
      do throws(SystemError) { try handle.signal(signal) } catch {
        throw error.code == ErrorCode.noProcess ? SystemError("kill", code: error.code) : error
      }
    }
    guard signal == Signal.kill else { return }
    // A frozen process cannot die, and without a pid namespace of their own the others outlive init.
    try duringCgroups { () throws(CgroupError) in
      try cgroup.thawIfThere()
      if !container.record.hasPIDNamespace { try cgroup.signalAll(signal) }
    }
  }
}

extension Container {
  /// Whether somebody has outlived its init, which takes a shared pid namespace; KILL is for them as well (runc).
  fileprivate var isSurvived: Bool {
    guard !record.hasPIDNamespace, !record.cgroup.isEmpty else { return false }
    // A cgroup that is gone has nobody in it.
    do throws(LifecycleError) { return try !processes().isEmpty } catch { return false }
  }
}
