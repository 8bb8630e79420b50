internal import LinuxSystem
package import OCIRuntimeSpec

extension ContainerStore {
  /// The states of all containers, by ID, and a warning for each whose record cannot be read. One that disappears
  /// meanwhile is left out.
  package func list() throws(LifecycleError) -> (states: [RuntimeState], warnings: [String]) {
    var states: [RuntimeState] = []
    var warnings: [String] = []
    for id in try identifiers() {
      do throws(LifecycleError) { states.append(try container(id).state()) } catch {
        if case .doesNotExist = error { continue }
        warnings.append("container \"\(id)\": \(error)")
      }
    }
    return (states, warnings)
  }

  /// The pids in a container, in the runtime's pid namespace, sorted.
  package func processes(_ id: String) throws(LifecycleError) -> [Int32] {
    try container(id).processes()
  }
}
