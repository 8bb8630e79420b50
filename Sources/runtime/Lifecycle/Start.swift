internal import ContainerInit
internal import JSONDocument
internal import LinuxSystem
internal import OCIRuntimeSpec

extension ContainerStore {
  /// Lets a created container run its program.
  /// - Parameter notifySocket: where a service manager waits; then so do we, until the container is ready or has ended.
  /// - Throws: `LifecycleError.initFailed` with the sentence of the step when the program could not be executed;
  ///   `wrongStatus` when the container does not wait.
  package func start(_ id: String, notifySocket: String? = nil) throws(LifecycleError) {
    let lock = try self.lock(id)
    let container = try container(id, isLocked: true)
    switch container.status {
    case .created: break
    case .stopped: throw .wrongStatus("cannot start a container that has stopped: \"\(id)\"")
    // We hold the lock, so whoever made it was killed before it was complete.
    case .creating:
      throw .wrongStatus("cannot start a container that was never completed: \"\(id)\", delete it")
    case .paused: throw .wrongStatus("cannot start a paused container: \"\(id)\"")
    case .running: throw .wrongStatus("cannot start an already running container: \"\(id)\"")
    }
    // Before the program can speak.
    let notify = try NotifySocket.open(notifySocket, in: container.directory)
    let outcome = try open(container)
    // Passed either way; the name goes so that nobody has to knock to find that out.
    try during("") { () throws(SystemError) in try removeFile(container.gatePath) }
    // Let go of before the hooks: they may well use commands that take it.
    _ = consume lock
    switch outcome {
    case .executed:
      try poststart(container)
      if notify != nil, let process = try openIfAlive(container) { try awaitReadiness(notify, of: process) }
    case .failed(_, let code, let output):
      guard let hook = HookFailure(code: code) else { throw .initFailed(try execFailure(container, code)) }
      throw removed(id, after: .initFailed(hook.sentence(output: output)))
    }
  }

  private func poststart(_ container: Container) throws(LifecycleError) {
    guard let hooks = try hooks(of: container) else { return }
    do throws(LifecycleError) { try hooks.run(.poststart, pid: container.record.pid) } catch {
      throw removed(container.id, after: error)
    }
  }

  /// A hook that fails stops the container, and the lifecycle goes on with its deletion (runtime.md, Lifecycle, 7 and
  /// 9).
  private func removed(_ id: String, after failure: LifecycleError) -> LifecycleError {
    do throws(LifecycleError) { try delete(id, force: true) } catch { warn("\(error)") }
    return failure
  }

  /// A filter with a listener comes after the gate like every filter, so it is the starter who hands the listener on.
  private func open(_ container: Container) throws(LifecycleError) -> StartGate.Outcome {
    var refusal: LifecycleError?
    do throws(SystemError) {
      return try StartGate.open(container.gatePath) { number throws(SystemError) in
        do throws(LifecycleError) { try handOverListener(number, container) } catch {
          refusal = error
          // Init reads the end of the connection, and ends.
          throw SystemError("listener", code: ErrorCode.brokenPipe)
        }
      }
    } catch { throw refusal ?? .system(what: "start container \"\(container.id)\"", error) }
  }

  private func handOverListener(_ number: Int32, _ container: Container) throws(LifecycleError) {
    let listener = try SeccompListener(try configuration(of: container).linux?.seccomp)
    let handle = try container.openInit()
    var state = container.state()
    // The gate is open by now, and the program not yet executed.
    state.status = .created
    try listener.deliver(number, of: handle, state)
  }

  /// Only exec and the seccomp filter come after the gate, and the filter was compiled before; the program's name is
  /// in the container's own copy of its configuration.
  private func execFailure(_ container: Container, _ code: Int32) throws(LifecycleError) -> String {
    let spec = try configuration(of: container)
    return InitStep.execute(arguments: spec.process?.args ?? [], environment: []).failure(code)
  }
}
