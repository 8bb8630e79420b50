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
    default: throw .wrongStatus("cannot start an already running container: \"\(id)\"")
    }
    let outcome = try during("start container \"\(id)\"") { () throws(SystemError) in
      try StartGate.open(container.gatePath)
    }
    // Passed either way; the name goes so that nobody has to knock to find that out.
    try during("") { () throws(SystemError) in try removeFile(container.gatePath) }
    if case .failed(_, let code) = outcome { throw .initFailed(try execFailure(container, code)) }
    _ = consume lock
  }

  /// Only exec and the seccomp filter come after the gate, and the filter was compiled before; the program's name is
  /// in the container's own copy of its configuration.
  private func execFailure(_ container: Container, _ code: Int32) throws(LifecycleError) -> String {
    let spec = try configuration(of: container)
    return InitStep.execute(arguments: spec.process?.args ?? [], environment: []).failure(code)
  }
}
