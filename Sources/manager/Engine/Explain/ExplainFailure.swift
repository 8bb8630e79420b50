internal import LinuxSystem
internal import OCIRuntimeSpec
internal import ShimProtocol
internal import Store

extension ContainerEngine {
  /// The failure of a start with what is wrong with the program, where that can be told. The root must still be
  /// mounted. What `inspect` shows as the error says it too.
  func explained(_ failure: EngineError, startOf id: String) -> EngineError {
    guard let code = Self.programsCode(failure) else { return failure }
    do {
      let configuration = try configuration(of: id)
      guard let process = configuration.process else { return failure }
      let explained = Self.add(
        ProgramLookup(
          root: try openFile(paths.rootFileSystem(id), [.path, .directory]),
          covers: Self.covers(configuration), process: process, code: code
        ).fault(), to: failure)
      // The shim has written its record and waits for our answer: nobody else writes it now.
      if explained != failure, var record = try exitRecord(of: id), record.status == .failed {
        record.error = explained.message
        try record.write(paths.exitRecord(id))
      }
      return explained
    } catch { return failure }
  }

  /// The failure of an exec, likewise; the container runs, so all its mounts are seen through its init.
  func explained(_ failure: EngineError, execOf process: RuntimeSpec.Process, in state: ContainerState)
    -> EngineError
  {
    guard let code = Self.programsCode(failure), case .running(_, let pid?) = state.status else {
      return failure
    }
    do throws(SystemError) {
      let root = try openFile("/proc/\(pid)/root", [.path, .directory])
      return Self.add(
        ProgramLookup(root: root, covers: [], process: process, code: code).fault(), to: failure)
    } catch { return failure }
  }

  /// 126 or 127, which speak of the program; 125 is the engine's own.
  private static func programsCode(_ error: EngineError) -> Int32? {
    guard case .notStarted(let code) = error.kind, code == 126 || code == 127 else { return nil }
    return code
  }

  private static func add(_ fault: ProgramFault?, to error: EngineError) -> EngineError {
    fault.map { EngineError(error.kind, "\(error.message): \($0)") } ?? error
  }

  /// What lies over the root in the container, in the order in which it is mounted.
  private static func covers(_ configuration: RuntimeSpec) -> [(destination: String, source: String?)] {
    (configuration.mounts ?? []).map { mount in
      let isBind = mount.type == "bind" || mount.options?.contains { $0 == "bind" || $0 == "rbind" } == true
      return (mount.destination, isBind ? mount.source : nil)
    }
  }
}
