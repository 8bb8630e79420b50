internal import JSONDocument
internal import LinuxSystem
internal import Store

extension ContainerEngine {
  /// Calls a command of the OCI runtime that answers with its status alone.
  /// - Parameter input: what it reads from stdin, as JSON.
  /// - Throws: `EngineError` with what it said on stderr.
  func callRuntime(
    _ runtime: String, _ arguments: [String], input: JSONValue
  ) throws(EngineError) {
    // Files and not pipes: neither side waits for the other.
    let (status, words) = try attempt("run runtime") { () throws(SystemError) in
      let said = try makeMemoryFile("stderr")
      let given = try makeSealedMemoryFile("stdin", JSON.write(input))
      try rewind(given)
      var plan = SpawnPlan(runtime, ["--root", paths.runtimeRoot] + arguments)
      plan.descriptors = [(0, given.raw), (2, said.raw)]
      let status = try spawn(plan).wait()
      try rewind(said)
      return (status, String(decoding: try said.readAll(limit: 1 << 16), as: UTF8.self))
    }
    guard status != .exited(0) else { return }
    let name = splitPath(runtime).name
    let reason = words.split(separator: "\n").last.map(String.init) ?? "ended with status \(status.shellCode)"
    let prefix = "\(name): "
    throw EngineError(
      .failed,
      "\(name) \(arguments[0]): \(reason.hasPrefix(prefix) ? String(reason.dropFirst(prefix.count)) : reason)"
    )
  }
}
