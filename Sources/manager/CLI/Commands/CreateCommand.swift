internal import Arguments
internal import Engine
internal import LinuxSystem
internal import Store

/// `apus create`.
enum CreateCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "create", summary: "Create a new container", usage: "[OPTIONS] IMAGE [COMMAND] [ARG...]",
      options: ContainerOptions.all + [
        .list("attach", short: "a", help: "Attach to STDIN, STDOUT or STDERR"), DryRunOption.option,
      ], interspersed: false)
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    var request = try ContainerOptions.request(invocation)
    // What `start -a` attaches is its own affair; this only says what the container was made for.
    for name in invocation.list("attach") { _ = try RunCommand.stream(name, invocation) }
    request.attached = true
    if invocation.flag("dry-run") { return try DryRunOption.answer(request, invocation, context) }
    let identifier = try IdentifierFile(invocation.value("cidfile"))
    do {
      let engine = try context.engine()
      try ContainerOptions.replace(invocation, request, engine)
      ContainerOptions.warn(of: request)
      let record = try engine.create(request, runtime: invocation.value("runtime"))
      try identifier.write(record.id)
      try Answer.print(record.id + "\n")
      return 0
    } catch let error as EngineError { throw CommandFailure(error) }
  }
}
