internal import Arguments
internal import Engine
internal import LinuxSystem
internal import Options
internal import Store

/// `apus start`.
enum StartCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "start", summary: "Start one or more stopped containers", usage: "[OPTIONS] CONTAINER [CONTAINER...]",
      options: [
        .flag("attach", short: "a", help: "Attach STDOUT/STDERR and forward signals"),
        AttachOptions.detachKeysOption,
        .flag("interactive", short: "i", help: "Attach container's STDIN"),
        AttachOptions.signalOption,
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(atLeast: 1)
    let readsInput = invocation.flag("interactive")
    guard invocation.flag("attach") || readsInput else {
      let engine = try context.engine()
      return try invocation.forEachArgument { name in
        _ = try engine.start(name)
        try Answer.print(name + "\n")
      }
    }
    guard invocation.positionals.count == 1 else {
      throw UsageError("you cannot start and attach multiple containers at once", command: invocation.called)
    }
    let engine = try context.engine()
    // What is not there ends with 1, as `start` of it alone, `attach` and `exec` do.
    let record = try engine.find(invocation.positionals[0])
    do { return try startAttached(record, invocation, engine) } catch let error as EngineError {
      throw CommandFailure(error)
    }
  }

  private static func startAttached(
    _ record: ContainerRecord, _ invocation: Invocation, _ engine: ContainerEngine
  ) throws -> Int32 {
    let state = try engine.state(of: record)
    let id = state.record.id
    let settings = try state.settings
    var options = try AttachOptions(
      readsInput: invocation.flag("interactive") && settings.keepsInput && settings.logDriver != .passthrough,
      terminal: settings.terminal, invocation)
    options.choosesStreams = settings.keepsInput && !options.readsInput
    options.endsInput = settings.attached
    guard !state.status.isRunning else {
      options.choosesStreams = false
      options.redraws = true
      return try AttachCommand.attach(try engine.attachable(id), options, engine, detachedCode: 0)
    }
    let attachment = try Attachment(options, engine)
    guard let process = try engine.start(id, windowSize: currentWindowSize()) else {
      throw CommandFailure(
        125, "container \"\(state.record.name)\" was started by somebody else just now; attach to it")
    }
    return try attachment.run(process, signal: { engine.passSignal($0, to: id) }) { connection in
      try engine.finish(id, connection)
    }
  }
}
