internal import LinuxSystem
package import OCIRuntimeSpec

extension ContainerStore {
  /// The states of all containers, by ID, and a warning for each whose record cannot be read. One that disappears
  /// meanwhile is left out.
  /// - Parameter isRootNamed: whether somebody said where containers are: then a directory that is not there is an error,
  ///   most likely a slip of theirs (runc); the usual one comes with the first container.
  package func list(isRootNamed: Bool = false) throws(LifecycleError) -> (
    states: [RuntimeState], warnings: [String]
  ) {
    var states: [RuntimeState] = []
    var warnings: [String] = []
    for id in try identifiers(mayLackRoot: !isRootNamed) {
      do throws(LifecycleError) { states.append(try container(id).state()) } catch {
        switch error {
        case .doesNotExist, .incomplete: continue
        default: break
        }
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
