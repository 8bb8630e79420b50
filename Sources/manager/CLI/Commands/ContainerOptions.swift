internal import Arguments
internal import Engine
internal import LinuxSystem
internal import Options

/// The options that say what a container is made of, for every command that makes one.
enum ContainerOptions {
  static let all: [CommandOption] =
    [
      .list("cap-add", help: "Add Linux capabilities"),
      .list("cap-drop", help: "Drop Linux capabilities"),
      .value("cidfile", help: "Write the container ID to the file"),
      .value("domainname", help: "Container NIS domain name"),
      .value("entrypoint", help: "Overwrite the default ENTRYPOINT of the image"),
      .list("env", short: "e", help: "Set environment variables"),
      .list("env-file", help: "Read in a file of environment variables"),
      .list("group-add", help: "Add additional groups to join"),
      .value("hostname", short: "h", help: "Container host name"),
      .flag("interactive", short: "i", help: "Keep STDIN open even if not attached"),
      .flag("init", help: "Run an init inside the container that forwards signals and reaps processes"),
      .list(
        "annotation", value: "map",
        help: "Add an annotation to the container (passed through to the OCI runtime)"),
      .list("label-file", help: "Read in a line delimited file of labels"),
      .list("label", short: "l", help: "Set meta data on a container"),
      .value(
        "log-driver", help: "Logging driver: json-file (default), k8s-file, journald, none or passthrough"),
      .list("log-opt", help: "Log driver options: max-size=10m, max-file=3, compress=true, labels, env, tag"),
      .value("name", help: "Assign a name to the container"),
      .value("platform", help: "Set platform: the image's must be this one"),
      .value("pull", help: "Pull image before running (missing, never; always once there are registries)"),
      .flag("quiet", short: "q", help: "Suppress the pull output"),
      .flag("read-only", help: "Mount the container's root filesystem as read only"),
      .flag("replace", help: "Remove the container that has the --name, also when it runs, first"),
      .flag("rm", help: "Automatically remove the container when it exits"),
      .value("runtime", help: "OCI runtime for this container: a program's path, or a name"),
      .value("stop-signal", help: "Signal to stop the container"),
      .value("stop-timeout", value: "int", help: "Timeout (in seconds) to stop a container"),
      .value("tz", help: "Time zone in the container, such as Europe/Berlin, or local"),
      .flag("tty", short: "t", help: "Allocate a pseudo-TTY"),
      .value("umask", help: "Set umask in the container"),
      .value("user", short: "u", help: "Username or UID (format: <name|uid>[:<group|gid>])"),
      .value("workdir", short: "w", help: "Working directory inside the container"),
    ] + networks + restartsAndHealth + limits + isolation + mounts + unsupported

  /// Reads the options and what follows them: the image, and the command.
  static func request(_ invocation: Invocation) throws -> CreateRequest {
    try invocation.require(atLeast: 1)
    var request = CreateRequest(image: invocation.positionals[0])
    request.command = Array(invocation.positionals.dropFirst())
    request.entrypoint = invocation.value("entrypoint")
    // An empty one is none, as docker has it: scripts give `--name "$name"`.
    request.name = try invocation.value("name").flatMap { $0.isEmpty ? nil : try ContainerName($0) }
    request.environment = try environment(invocation)
    request.labels = try invocation.list("label-file").flatMap { try labelFile($0).labels }
    request.labels += try invocation.list("label").map { try Label($0) }
    request.user = invocation.value("user")
    request.workingDirectory = invocation.value("workdir")
    request.hostname = try invocation.value("hostname").map { try Hostname($0) }
    try readMounts(invocation, into: &request)
    try readNetworks(invocation, into: &request)
    request.capabilities = CapabilitySelection(
      added: try invocation.list("cap-add").map { try CapabilityOption($0, option: "--cap-add") },
      dropped: try invocation.list("cap-drop").map { try CapabilityOption($0, option: "--cap-drop") })
    request.log = try LogSelection(
      driver: invocation.value("log-driver"), options: invocation.list("log-opt"))
    request.resources = try resources(invocation)
    request.isolation = try isolation(invocation)
    request.process = try process(invocation)
    request.annotations = try annotations(invocation)
    request.identifierFile = invocation.value("cidfile")
    request.platform = try invocation.value("platform").map { try Platform($0) }
    if let pull = invocation.value("pull") { _ = try PullPolicy(option: pull) }
    try refuseUnsupported(invocation)
    request.readOnlyRoot = invocation.flag("read-only")
    request.terminal = invocation.flag("tty")
    request.keepsInput = invocation.flag("interactive")
    request.autoRemove = invocation.flag("rm")
    request.restart = try restartPolicy(invocation)
    request.healthcheck = try healthcheck(invocation)
    request.stopSignal = invocation.value("stop-signal")
    request.stopTimeoutSeconds = try invocation.integer("stop-timeout")
    return request
  }

  /// The files' variables first, so that a flag wins; values that are not given come from our own environment.
  static func environment(_ invocation: Invocation) throws -> [EnvironmentAssignment] {
    let files = try invocation.list("env-file").flatMap { try environmentFile($0).assignments }
    let flags = try invocation.list("env").map { try EnvironmentAssignment($0) }
    // A file's line without a value says nothing when the variable is not set here (docker/cli, opts/file.go).
    return files.map { $0.resolved(from: Environment.value) }.filter { $0.value != nil }
      + flags.map { $0.resolved(from: Environment.value) }
  }

  private static func environmentFile(_ path: String) throws -> EnvironmentFile {
    try EnvironmentFile(try read(path, "--env-file"), path: path)
  }

  private static func labelFile(_ path: String) throws -> LabelFile {
    try LabelFile(try read(path, "--label-file"), path: path)
  }

  /// The file that an option names.
  static func read(_ path: String, _ option: String) throws -> [UInt8] {
    do throws(SystemError) { return try readFile(path, limit: 16 << 20) } catch {
      throw OptionError(option, path, error.reason)
    }
  }
}
