internal import Arguments
internal import Engine
internal import LinuxSystem
internal import Store

/// `apus run`.
enum RunCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "run", summary: "Create and run a new container from an image",
      usage: "[OPTIONS] IMAGE [COMMAND] [ARG...]",
      options: ContainerOptions.all + [
        .flag("detach", short: "d", help: "Run container in background and print container ID")
      ],
      interspersed: false)
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    var request = try ContainerOptions.request(invocation)
    request.attached = !invocation.flag("detach")
    let identifier = try IdentifierFile(invocation.value("cidfile"))
    do {
      let engine = try context.engine()
      let runtime = invocation.value("runtime")
      return request.attached
        ? try runAttached(request, engine, runtime, identifier)
        : try runDetached(request, engine, runtime, identifier)
    } catch let error as EngineError { throw CommandFailure(error) }
  }

  private static func runDetached(
    _ request: CreateRequest, _ engine: ContainerEngine, _ runtime: String?,
    _ identifier: consuming IdentifierFile
  ) throws -> Int32 {
    let process = try engine.run(request, runtime: runtime)
    try identifier.write(process.container.id)
    StandardDescriptor.output.print(process.container.id + "\n")
    return 0
  }

  private static func runAttached(
    _ request: CreateRequest, _ engine: ContainerEngine, _ runtime: String?,
    _ identifier: consuming IdentifierFile
  ) throws -> Int32 {
    let attachment = try Attachment(readsInput: request.keepsInput, terminal: request.terminal)
    let process = try engine.run(request, runtime: runtime, windowSize: currentWindowSize())
    let id = process.container.id
    try identifier.write(id)
    return try attachment.run(process) { connection in try engine.finish(id, connection) }
  }
}
