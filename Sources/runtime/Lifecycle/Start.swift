internal import ContainerInit
internal import JSONDocument
internal import LinuxSystem
internal import OCIRuntimeSpec

extension ContainerStore {
  /// Lets a created container run its program.
  /// - Throws: `LifecycleError.initFailed` with the sentence of the step when the program could not be executed;
  ///   `wrongStatus` when the container does not wait.
  package func start(_ id: String) throws(LifecycleError) {
    let lock = try self.lock(id)
    let container = try container(id)
    switch container.status {
    case .created: break
    case .stopped: throw .wrongStatus("cannot start a container that has stopped: \"\(id)\"")
    // We hold the lock, so whoever made it was killed before it was complete.
    case .creating:
      throw .wrongStatus("cannot start a container that was never completed: \"\(id)\", delete it")
    case .paused: throw .wrongStatus("cannot start a paused container: \"\(id)\"")
    case .running: throw .wrongStatus("cannot start an already running container: \"\(id)\"")
    }
    let outcome = try during("start container \"\(id)\"") { () throws(SystemError) in
      try StartGate.open(container.gatePath)
    }
    // Passed either way; the name goes so that nobody has to knock to find that out.
    try during("") { () throws(SystemError) in try removeFile(container.gatePath) }
    // Let go of before the hooks: they may well use commands that take it.
    _ = consume lock
    switch outcome {
    case .executed: try poststart(container)
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

  /// Only exec and the seccomp filter come after the gate, and the filter was compiled before; the program's name is
  /// in the container's own copy of its configuration.
  private func execFailure(_ container: Container, _ code: Int32) throws(LifecycleError) -> String {
    let spec = try configuration(of: container)
    return InitStep.execute(arguments: spec.process?.args ?? [], environment: []).failure(code)
  }
}
