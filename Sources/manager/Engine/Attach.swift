internal import LinuxSystem
package import ShimProtocol
internal import Store

extension ContainerEngine {
  /// A container that can be attached to.
  /// - Throws: `.conflict` when it does not run, in the words of docker's client (docker/cli, attach.go).
  package func attachable(_ reference: String) throws(EngineError) -> ContainerState {
    let state = try state(of: try find(reference))
    guard case .running = state.status else { throw Self.notAttachable(state.status) }
    return state
  }

  /// Connects to the stdio of a container that runs: output from now on.
  /// - Parameters:
  ///   - state: what `attachable` found.
  ///   - streams: what is wanted.
  /// - Throws: `.conflict` when it has ended since.
  package func attach(
    _ state: ContainerState, _ streams: AttachStreams
  ) throws(EngineError) -> AttachedProcess {
    guard let watch = try watch(state.record, streams: streams), let answer = try watch.next(until: nil)
    else { throw Self.notAttachable(try status(of: state.record)) }
    guard case .attached(let pid) = answer else {
      throw EngineError(.failed, "the shim of container \(state.record.shortID) answers out of order")
    }
    let settings = try state.settings
    record("attach", state.record, settings)
    return AttachedProcess(
      container: state.record, pid: pid, terminal: settings.terminal, keepsInput: settings.keepsInput,
      earlyOutput: [], connection: watch.takeConnection())
  }

  /// Sends a signal to a container's init and does not wait for the answer; one that has ended needs none.
  package func passSignal(_ number: Int32, to id: String) {
    guard connectToShim(of: id, saying: .signal(number)) != nil else { return }
    do throws(StoreError) {
      record("kill", try store.findContainer(id), nil, [Event.Attribute("signal", "\(number)")])
    } catch { /* It has just been removed. */  }
  }

  private static func notAttachable(_ status: ContainerStatus) -> EngineError {
    let words =
      switch status {
      case .restarting: "a restarting container, wait until it is running"
      case .paused: "a paused container, unpause it first"
      case .created, .running, .exited: "a stopped container, start it first"
      }
    return EngineError(.conflict, "You cannot attach to \(words)")
  }
}
