internal import Cgroups
internal import ContainerInit
internal import LinuxSystem

/// Everything that was made, each part with its own undoing. Parts are undone in the order in which they stand here:
/// a cgroup can only be removed when the process in it has ended.
struct BornContainer: ~Copyable {
  var supervisor: Supervisor
  var process: ProcessGuard
  var groups: ResourceControlGuard
  var others: CgroupGuard
  var unified: CgroupGuard
  var directory: ContainerDirectoryGuard

  var pid: Int32 { process.handle.pid }

  /// Gives the gate its final name: from now on the container is `created`.
  borrowing func openGate() throws(LifecycleError) {
    let path = directory.path
    try during("start gate") { () throws(SystemError) in
      try renameFile("\(path)/\(Container.pendingGateName)", to: "\(path)/\(StartGate.name)")
    }
  }

  /// The container stays.
  consuming func keep() {
    process.keep()
    groups.keep()
    _ = others.keep()
    _ = unified.keep()
    directory.keep()
  }
}
