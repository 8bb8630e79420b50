internal import ShimProtocol
internal import Store

extension ContainerEngine {
  /// Waits until a container does not run.
  /// - Returns: its exit code; for one that never ran that of a start that failed, else 0, as docker has it.
  /// - Throws: `EngineError` when the status cannot be known.
  package func wait(_ reference: String) throws(EngineError) -> Int32 {
    let record = try find(reference)
    if let watch = try watch(record), let exit = try watch.waitForEnd() {
      return try code(exit.exitCode, record)
    }
    switch try status(of: try find(record.id)) {
    case .exited(let code, _): return try self.code(code, record)
    case .created: return try state(of: record).exitCode ?? 0
    case .running, .paused, .restarting: return 0
    }
  }

  private func code(_ code: Int32?, _ record: ContainerRecord) throws(EngineError) -> Int32 {
    guard let code else {
      throw EngineError(
        .failed, "the exit code of container \(record.shortID) is not known: it lost its shim")
    }
    return code
  }
}
