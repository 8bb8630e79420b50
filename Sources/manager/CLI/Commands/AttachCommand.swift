internal import Arguments
internal import Engine
internal import LinuxSystem
internal import Store

/// `apus attach`.
enum AttachCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "attach",
      summary: "Attach local standard input, output, and error streams to a running container",
      usage: "[OPTIONS] CONTAINER",
      options: [
        AttachOptions.detachKeysOption,
        .flag("no-stdin", help: "Do not attach STDIN"),
        AttachOptions.signalOption,
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 1)
    let engine = try context.engine()
    let state = try engine.attachable(invocation.positionals[0])
    let settings = try state.settings
    var options = try AttachOptions(
      readsInput: settings.keepsInput && !invocation.flag("no-stdin"), terminal: settings.terminal, invocation
    )
    options.redraws = true
    options.endsInput = settings.attached
    return try attach(state, options, engine, detachedCode: Attachment.detachedCode)
  }

  /// Attaches to a container that runs, until it ends or is left.
  static func attach(
    _ state: ContainerState, _ options: AttachOptions, _ engine: ContainerEngine, detachedCode: Int32
  ) throws -> Int32 {
    let attachment = try Attachment(options, engine, refusal: 1)
    let process = try engine.attach(state, options.streams)
    return try attachment.run(
      process, detachedCode: detachedCode,
      signal: { engine.passSignal($0, to: state.record.id) }, atEnd: { _ in })
  }
}
