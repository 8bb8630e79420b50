internal import Cgroups
internal import LinuxSystem
package import OCIRuntimeSpec

extension ContainerStore {
  /// The states of all containers, by ID. One that disappears meanwhile is left out.
  package func list() throws(LifecycleError) -> [RuntimeState] {
    var states: [RuntimeState] = []
    for id in try identifiers() {
      do throws(LifecycleError) { states.append(try container(id).state()) } catch {
        guard case .doesNotExist = error else { throw error }
      }
    }
    return states
  }

  /// The pids in a container, in the runtime's pid namespace, sorted.
  package func processes(_ id: String) throws(LifecycleError) -> [Int32] {
    let container = try container(id)
    return try duringCgroups { () throws(CgroupError) in
      try container.cgroup.processes()
    }
  }
}
