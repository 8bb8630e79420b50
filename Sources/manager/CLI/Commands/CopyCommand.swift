internal import Arguments
internal import Engine
internal import LinuxSystem

/// `apus cp`.
enum CopyCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "cp", summary: "Copy files/folders between a container and the local filesystem",
      usage: "[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|- or SRC_PATH|- CONTAINER:DEST_PATH",
      options: [
        .flag("archive", short: "a", help: "Archive mode (copy all uid/gid information)"),
        .flag("follow-link", short: "L", help: "Always follow symbol link in SRC_PATH"),
        .flag("quiet", short: "q", help: "Suppress the summary, which only a terminal gets"),
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 2)
    let (source, destination) = (invocation.positionals[0], invocation.positionals[1])
    for (name, path) in [("source", source), ("destination", destination)] where path.isEmpty {
      throw UsageError("\(name) can not be empty", command: invocation.called)
    }
    switch (split(source), split(destination)) {
    case (.some, .some):
      throw UsageError("copying between containers is not supported", command: invocation.called)
    case (nil, nil):
      throw UsageError("must specify at least one container source", command: invocation.called)
    case (let end?, nil): try copyOut(request(end, invocation), destination, invocation, context)
    case (nil, let end?): try copyIn(source, request(end, invocation), invocation, context)
    }
    return 0
  }

  /// `CONTAINER:PATH`; nil for a path of the host: one that begins with a slash or a dot, or has no colon
  /// (docker/cli, container/cp.go, splitCpArg).
  private static func split(_ argument: String) -> (container: String, path: String)? {
    guard !argument.hasPrefix("/"), !argument.hasPrefix("."), let colon = argument.firstIndex(of: ":") else {
      return nil
    }
    return (String(argument[..<colon]), String(argument[argument.index(after: colon)...]))
  }

  private static func request(
    _ end: (container: String, path: String), _ invocation: Invocation
  ) throws -> CopyRequest {
    guard !end.container.isEmpty, !end.path.isEmpty else {
      throw UsageError("give both of CONTAINER:PATH", command: invocation.called)
    }
    var request = CopyRequest(container: end.container, path: end.path)
    request.followsLink = invocation.flag("follow-link")
    request.keepsOwners = invocation.flag("archive")
    return request
  }

  private static func copyOut(
    _ request: CopyRequest, _ destination: String, _ invocation: Invocation, _ context: Context
  ) throws {
    let engine = try context.engine()
    guard destination == "-" else {
      let bytes = try engine.copyOut(request, to: destination)
      return summarize(bytes, destination, invocation)
    }
    try engine.copyOut(request) { (bytes) throws(EngineError) in
      do throws(SystemError) { try StandardDescriptor.output.writeAll(bytes) } catch {
        throw EngineError("write standard output", error)
      }
    }
  }

  private static func copyIn(
    _ source: String, _ request: CopyRequest, _ invocation: Invocation, _ context: Context
  ) throws {
    let engine = try context.engine()
    guard source == "-" else {
      let bytes = try engine.copyIn(source, request)
      return summarize(bytes, "\(request.container):\(request.path)", invocation)
    }
    try engine.copyIn(request) { () throws(EngineError) in
      do throws(SystemError) { return try StandardDescriptor.input.readChunk(limit: 1 << 18) } catch {
        throw EngineError("read standard input", error)
      }
    }
  }

  private static func summarize(_ bytes: Int64, _ place: String, _ invocation: Invocation) {
    guard !invocation.flag("quiet"), StandardDescriptor.output.isTerminal else { return }
    StandardDescriptor.error.print("Successfully copied \(HumanSize(bytes: bytes)) to \(place)\n")
  }
}
