internal import Cgroups
internal import LinuxSystem
internal import OCIRuntimeSpec

extension Container {
  /// The pids of its processes in the runtime's pid namespace: those of its cgroup, or without one those of its pid
  /// namespace that this process can see, or init alone.
  func processes() throws(LifecycleError) -> [Int32] {
    if !record.cgroup.isEmpty {
      return try duringCgroups { () throws(CgroupError) in try cgroup.processes() }
    }
    if status == .stopped { return [] }
    // Init alone would not be all.
    if !record.hasPIDNamespace { _ = try requireCgroup(to: "find its processes") }
    guard let own = Container.pidNamespace(record.pid) else { return [record.pid] }
    let names = try during("processes") { () throws(SystemError) in try listDirectory("/proc") }
    return names.compactMap { Int32($0) }.filter { Container.pidNamespace($0) == own }.sorted()
  }

  /// What the link says; nil for a process that is gone or somebody else's.
  private static func pidNamespace(_ pid: Int32) -> String? {
    do throws(SystemError) { return try readLink("/proc/\(pid)/ns/pid") } catch { return nil }
  }

  /// Signals each of them; one that ends meanwhile is no error.
  func signalAll(_ number: Int32) throws(LifecycleError) {
    if !record.cgroup.isEmpty {
      return try duringCgroups { () throws(CgroupError) in try cgroup.signalAll(number) }
    }
    for pid in try processes() {
      try during("kill container \"\(id)\"") { () throws(SystemError) in
        do throws(SystemError) { try sendSignal(number, toPID: pid) } catch {
          guard error.code == ErrorCode.noProcess else { throw error }
        }
      }
    }
  }
}
