internal import Arguments
internal import Engine
internal import LinuxSystem
internal import Store

/// `apus start`.
enum StartCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "start", summary: "Start one or more stopped containers", usage: "[OPTIONS] CONTAINER [CONTAINER...]",
      options: [
        .flag("attach", short: "a", help: "Attach STDOUT/STDERR and forward signals"),
        .flag("interactive", short: "i", help: "Attach container's STDIN"),
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(atLeast: 1)
    let readsInput = invocation.flag("interactive")
    guard invocation.flag("attach") || readsInput else {
      let engine = try context.engine()
      return try invocation.forEachArgument { name in
        _ = try engine.start(name)
        StandardDescriptor.output.print(name + "\n")
      }
    }
    guard invocation.positionals.count == 1 else {
      throw UsageError("you cannot start and attach multiple containers at once", command: invocation.called)
    }
    do { return try startAttached(invocation.positionals[0], readsInput, try context.engine()) } catch let
      error
      as EngineError
    { throw CommandFailure(error) }
  }

  private static func startAttached(_ name: String, _ readsInput: Bool, _ engine: ContainerEngine) throws
    -> Int32
  {
    let state = try engine.state(of: try engine.find(name))
    let attachment = try Attachment(
      readsInput: readsInput && state.settings.keepsInput, terminal: state.settings.terminal)
    guard let process = try engine.start(state.record.id, windowSize: currentWindowSize()) else {
      throw CommandFailure(
        125, "container \"\(state.record.name)\" is running already; 'apus logs -f' shows its output")
    }
    return try attachment.run(process) { connection in try engine.finish(state.record.id, connection) }
  }
}
