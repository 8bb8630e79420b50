internal import Arguments
internal import JSONDocument
internal import Lifecycle
internal import LinuxSystem
internal import OCIRuntimeSpec

extension RuntimeCommand {
  static let exec = RuntimeCommand(
    grammar: Command(
      "exec", summary: "Run another program in a running container", usage: "[OPTIONS] ID [COMMAND [ARG...]]",
      options: [
        .value("process", short: "p", value: "FILE", help: "The process as JSON, in place of a command"),
        .value("cwd", value: "DIR", help: "Working directory"),
        .list("env", short: "e", value: "K=V", help: "Set an environment variable"),
        .flag("tty", short: "t", help: "Give it a terminal"),
        .value("user", short: "u", value: "UID[:GID]", help: "User and group, in numbers"),
        .list("additional-gids", short: "g", value: "GID", help: "Add a group"),
        .list("cap", short: "c", value: "CAP", help: "Add a capability"),
        .value("process-label", value: "LABEL", help: "SELinux label"),
        .value("apparmor", value: "PROFILE", help: "AppArmor profile"),
        .list(
          "cgroup", value: "PATH", help: "A cgroup below the container's: [CONTROLLER[,CONTROLLER...]:]PATH"),
        .value("pidfd-socket", value: "SOCKET", help: "Unix socket that receives the process's pidfd"),
        .flag("no-new-privs", help: "Forbid gaining privileges by exec"),
        .value(
          "console-socket", value: "SOCKET", help: "Unix socket that receives the main side of the terminal"),
        .value("pid-file", value: "FILE", help: "Write the process's pid there"),
        .value("preserve-fds", value: "N", help: "Pass N descriptors from 3 on"),
        .flag("detach", short: "d", help: "Return when the program runs"),
        .flag("ignore-paused", help: "Also in a paused container; it runs when that is resumed"),
      ], interspersed: false), failureCode: 255
  ) { context throws(LifecycleError) in
    let given = try context.positionals(1...4096, "a container ID and a command or --process")
    let invocation = context.invocation
    var options = ExecOptions()
    options.consoleSocket = invocation.value("console-socket")
    options.pidFile = invocation.value("pid-file")
    options.preservedDescriptors = try context.number("preserve-fds")
    options.detach = invocation.flag("detach")
    options.processSocket = invocation.value("pidfd-socket")
    options.cgroups = invocation.list("cgroup")
    options.ignorePaused = invocation.flag("ignore-paused")
    let ended = try context.store.exec(given[0], options) { own throws(LifecycleError) in
      try process(own, invocation, Array(given.dropFirst()))
    }
    context.warn(ended.warnings)
    return ended.status?.shellCode ?? 0
  }

  private static func process(
    _ own: RuntimeSpec.Process, _ invocation: Invocation, _ arguments: [String]
  ) throws(LifecycleError) -> RuntimeSpec.Process {
    if let file = invocation.value("process") {
      let text: [UInt8]
      do throws(SystemError) { text = try readFile(file) } catch { throw .system(what: "--process", error) }
      do throws(DocumentError) {
        var process = try JSON.read(RuntimeSpec.Process.self, from: text, file: splitPath(file).name)
        // podman says it twice: in the file and by the flag.
        if invocation.flag("tty") { process.terminal = true }
        return process
      } catch { throw .document(error) }
    }
    guard !arguments.isEmpty else { throw .usage("exec: process args cannot be empty") }
    var process = own
    process.args = arguments
    process.terminal = invocation.flag("tty")
    if let directory = invocation.value("cwd") { process.cwd = directory }
    process.env = (own.env ?? []) + invocation.list("env")
    if let label = invocation.value("process-label") { process.selinuxLabel = label }
    if let profile = invocation.value("apparmor") { process.apparmorProfile = profile }
    if invocation.flag("no-new-privs") { process.noNewPrivileges = true }
    if let user = invocation.value("user") { try setUser(user, &process) }
    for text in invocation.list("additional-gids") {
      guard let group = UInt32(text) else { throw .usage("invalid group \"\(text)\", expected a number") }
      var user = process.user ?? RuntimeSpec.Process.User()
      user.additionalGids = (user.additionalGids ?? []) + [group]
      process.user = user
    }
    addCapabilities(invocation.list("cap"), &process)
    return process
  }

  /// Strictly numbers: a name taken for 0 would be root (CVE-2026-30892).
  private static func setUser(_ text: String, _ process: inout RuntimeSpec.Process) throws(LifecycleError) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let numbers = parts.compactMap { UInt32($0) }
    guard numbers.count == parts.count else {
      throw .usage("invalid user \"\(text)\", expected UID or UID:GID")
    }
    var user = process.user ?? RuntimeSpec.Process.User()
    user.uid = numbers[0]
    if numbers.count == 2 { user.gid = numbers[1] }
    process.user = user
  }

  /// Never to the inheritable set (CVE-2022-29162), and to the ambient one only where the configuration has inheritable
  /// ones (runc): a name that is not among those is left out again.
  private static func addCapabilities(_ names: [String], _ process: inout RuntimeSpec.Process) {
    guard !names.isEmpty else { return }
    var sets = process.capabilities ?? RuntimeSpec.Process.Capabilities()
    sets.bounding = (sets.bounding ?? []) + names
    sets.effective = (sets.effective ?? []) + names
    sets.permitted = (sets.permitted ?? []) + names
    if sets.inheritable?.isEmpty == false { sets.ambient = (sets.ambient ?? []) + names }
    process.capabilities = sets
  }
}
