internal import Arguments
internal import Engine
internal import LinuxSystem

/// `apus exec`.
enum ExecCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "exec", summary: "Execute a command in a running container",
      usage: "[OPTIONS] CONTAINER COMMAND [ARG...]",
      options: [
        .flag("detach", short: "d", help: "Detached mode: run command in the background"),
        AttachOptions.detachKeysOption,
        .list("env", short: "e", help: "Set environment variables"),
        .list("env-file", help: "Read in a file of environment variables"),
        .flag("interactive", short: "i", help: "Keep STDIN open even if not attached"),
        .flag("privileged", help: "Give extended privileges to the command"),
        .flag("tty", short: "t", help: "Allocate a pseudo-TTY"),
        .value("user", short: "u", help: "Username or UID (format: <name|uid>[:<group|gid>])"),
        .value("workdir", short: "w", help: "Working directory inside the container"),
      ],
      interspersed: false)
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    let request = try request(invocation)
    let options = try AttachOptions(
      readsInput: request.keepsInput, terminal: request.terminal, invocation, hasSignalOption: false)
    do {
      let engine = try context.engine()
      let container = invocation.positionals[0]
      guard !request.detach else {
        _ = try engine.exec(container, request)
        return 0
      }
      let attachment = try Attachment(options, engine)
      return try attachment.run(
        try engine.exec(container, request), detachedCode: Attachment.detachedCode
      ) { _ in }
    } catch let error as EngineError {
      // Only a program that could not be started ends with 126 or 127; a container that is not there ends with 1, as
      // docker has it.
      if error.kind == .notFound || error.kind == .conflict { throw error }
      throw CommandFailure(error)
    }
  }

  private static func request(_ invocation: Invocation) throws -> ExecRequest {
    try invocation.require(atLeast: 2)
    var request = ExecRequest(command: Array(invocation.positionals.dropFirst()))
    request.environment = try ContainerOptions.environment(invocation)
    request.workingDirectory = invocation.value("workdir")
    request.user = invocation.value("user")
    request.privileged = invocation.flag("privileged")
    request.terminal = invocation.flag("tty")
    request.detach = invocation.flag("detach")
    request.keepsInput = invocation.flag("interactive") && !request.detach
    request.windowSize = currentWindowSize()
    return request
  }
}
