internal import Arguments
internal import COwnImage
internal import JSONDocument
internal import Lifecycle
internal import LinuxSystem

/// The OCI runtime's command line: runc's commands and flags with runc's meaning (spec/runtime-cli.md).
@main
struct Runtime {
  static func main() {
    exitImmediately(run(Array(Environment.arguments.dropFirst())))
  }

  /// - Returns: the exit code (spec/exit-codes.md).
  private static func run(_ arguments: [String]) -> Int32 {
    var log = Log()
    do throws(UsageError) {
      switch try grammar.parse(arguments) {
      case .help(let text):
        StandardDescriptor.output.print(text)
        return 0
      case .run(let invocation):
        log.path = invocation.globals.value("log")
        log.isJSON = invocation.globals.value("log-format") == "json"
        log.isVerbose = invocation.globals.flag("debug")
        return perform(invocation, log)
      }
    } catch {
      log.write(.error, "\(error)")
      return 1
    }
  }

  private static func perform(_ invocation: Invocation, _ log: Log) -> Int32 {
    let command = RuntimeCommand.table.first { $0.name == invocation.path.first }?.make()
    guard let command else {
      // Only the program's own options: `--version`, or nothing.
      StandardDescriptor.output.print(
        invocation.globals.flag("version") ? version : grammar.help(called: ["apus-runtime"]))
      return 0
    }
    do throws(LifecycleError) {
      try requireProtection()
      let store = try store(invocation.globals, log)
      return try command.perform(CommandContext(invocation: invocation, store: store, log: log))
    } catch {
      log.write(.error, "\(error)")
      return command.failureCode
    }
  }

  /// The program's file is out of a container's reach since before `main`, or this process enters none.
  private static func requireProtection() throws(LifecycleError) {
    let code = own_image_failure()
    guard code == 0 else {
      throw .system(what: "protect the runtime's own program", SystemError("execveat", code: code))
    }
  }

  /// Where containers are kept; relative roots are taken from the working directory.
  private static func store(_ globals: OptionValues, _ log: Log) throws(LifecycleError) -> ContainerStore {
    _ = try cgroupManager(globals)
    if let format = globals.value("log-format"), format != "text", format != "json" {
      throw .usage("invalid log format \"\(format)\", expected text or json")
    }
    let mode = globals.value("rootless") ?? "auto"
    guard let rootless = Rootless(rawValue: mode) else {
      throw .usage("invalid value \"\(mode)\" for --rootless, expected auto, true or false")
    }
    let given = globals.value("root")
    let root = if let given { given } else { try ContainerStore.defaultRoot() }
    let warn: @Sendable (String) -> Void = { log.write(.warning, $0) }
    if root.hasPrefix("/") { return ContainerStore(root: root, rootless: rootless, warn: warn) }
    do throws(SystemError) {
      return ContainerStore(root: "\(try workingDirectory())/\(root)", rootless: rootless, warn: warn)
    } catch { throw .system(what: "--root", error) }
  }

  /// runc's flag, or crun's option, which may also take cgroups away where the flag has its usual place.
  static func cgroupManager(_ globals: OptionValues) throws(LifecycleError) -> CgroupManager {
    let flag = globals.flag("systemd-cgroup")
    guard let name = globals.value("cgroup-manager") else { return flag ? .systemd : .cgroupfs }
    guard let manager = CgroupManager(rawValue: name) else {
      throw .usage("invalid cgroup manager \"\(name)\", expected cgroupfs, systemd or disabled")
    }
    return manager == .cgroupfs && flag ? .systemd : manager
  }

  static let version = "apus-runtime version \(programVersion)\nspec: \(specificationVersion)\n"

  private static let grammar = Command(
    group: "apus-runtime", summary: "Makes and runs containers from OCI bundles", options: globalOptions,
    subcommands: RuntimeCommand.table.map { entry in Subcommand(entry.name) { entry.make().grammar } })

  private static let globalOptions: [CommandOption] = [
    .value(
      "root", value: "DIR",
      help:
        "Directory for the state of containers (default \"/run/apus/runtime\", for users \"$XDG_RUNTIME_DIR/apus/runtime\")"
    ),
    .value("log", value: "FILE", help: "Write the log there (default standard error)"),
    .value("log-format", value: "FORMAT", help: "Format of the log: text or json (default \"text\")"),
    .flag("debug", help: "Print warnings on standard error too"),
    .flag("systemd-cgroup", help: "Have systemd make the cgroup: cgroupsPath is slice:prefix:name"),
    .value(
      "rootless", value: "MODE",
      help: "Make cgroups only where they were delegated: auto, true or false (default \"auto\")"),
    .value(
      "cgroup-manager", value: "MANAGER",
      help: "Who makes the cgroup: cgroupfs, systemd, or disabled for none"),
    .value("criu", value: "PATH", help: "Accepted: checkpoints are not supported", hidden: true),
    .flag("version", short: "v", help: "Print the version"),
  ]
}

/// This program's version.
let programVersion = "0.1.0"
