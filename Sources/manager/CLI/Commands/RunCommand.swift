internal import Arguments
internal import Engine
internal import LinuxSystem
internal import Options
internal import ShimProtocol
internal import Store

/// `apus run`.
enum RunCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "run", summary: "Create and run a new container from an image",
      usage: "[OPTIONS] IMAGE [COMMAND] [ARG...]",
      options: ContainerOptions.all + [
        .list("attach", short: "a", help: "Attach to STDIN, STDOUT or STDERR"),
        .flag("detach", short: "d", help: "Run container in background and print container ID"),
        AttachOptions.detachKeysOption, AttachOptions.signalOption, DryRunOption.option,
      ],
      interspersed: false)
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    var request = try ContainerOptions.request(invocation)
    request.attached = !invocation.flag("detach")
    if invocation.flag("dry-run") { return try DryRunOption.answer(request, invocation, context) }
    let options = try attachOptions(request, invocation)
    let identifier = try IdentifierFile(invocation.value("cidfile"))
    do {
      let engine = try context.engine()
      let runtime = invocation.value("runtime")
      try ContainerOptions.replace(invocation, request, engine)
      ContainerOptions.warn(of: request)
      return request.attached
        ? try runAttached(request, options, engine, runtime, identifier)
        : try runDetached(request, engine, runtime, identifier)
    } catch let error as EngineError { throw CommandFailure(error) }
  }

  private static func runDetached(
    _ request: CreateRequest, _ engine: ContainerEngine, _ runtime: String?,
    _ identifier: consuming IdentifierFile
  ) throws -> Int32 {
    let process = try engine.run(request, runtime: runtime)
    try identifier.write(process.container.id)
    try Answer.print(process.container.id + "\n")
    return 0
  }

  private static func runAttached(
    _ request: CreateRequest, _ options: AttachOptions, _ engine: ContainerEngine, _ runtime: String?,
    _ identifier: consuming IdentifierFile
  ) throws -> Int32 {
    let attachment = try Attachment(options, engine)
    let process = try engine.run(request, runtime: runtime, windowSize: currentWindowSize())
    let id = process.container.id
    try identifier.write(id)
    // Without output there is nobody to see the end: docker's `run -a stdin` prints the id and goes when it has sent.
    if options.streams.isDisjoint(with: .outputs) { try Answer.print(id + "\n") }
    if options.streams.isEmpty { return 0 }
    return try attachment.run(process, signal: { engine.passSignal($0, to: id) }) { connection in
      try engine.finish(id, connection)
    }
  }

  /// `--attach` takes the place of all three streams; stdin is among them with `--interactive` only.
  private static func attachOptions(
    _ request: CreateRequest, _ invocation: Invocation
  ) throws -> AttachOptions {
    // Input that is passed through is the process's alone to read.
    let relaysInput = request.keepsInput && request.log.driver != .passthrough
    var options = try AttachOptions(
      readsInput: relaysInput, terminal: request.terminal, invocation)
    let names = invocation.list("attach")
    guard !names.isEmpty else { return options }
    guard request.attached else {
      throw UsageError(
        "conflicting options: cannot specify both --attach and --detach", command: invocation.called)
    }
    options.choosesStreams = true
    options.streams = []
    for name in names { options.streams.insert(try stream(name, invocation)) }
    // As docker has it, which attaches to a stdin that is closed, and says nothing.
    if options.readsInput, !request.keepsInput {
      options.streams.remove(.input)
      StandardDescriptor.error.print(
        "apus: warning: --attach stdin: the container's stdin is closed without --interactive\n")
    }
    return options
  }

  static func stream(_ name: String, _ invocation: Invocation) throws -> AttachStreams {
    switch name.lowercased() {
    case "stdin": return .input
    case "stdout": return .output
    case "stderr": return .error
    default:
      throw UsageError(
        "invalid argument \"\(name)\" for \"-a, --attach\" flag: valid streams are STDIN, STDOUT and STDERR",
        command: invocation.called)
    }
  }
}
