internal import Images
internal import JSONDocument
package import LinuxSystem
internal import OCIRuntimeSpec
package import Options
internal import ShimProtocol
internal import Store

/// Another process for a container that runs: `exec`.
package struct ExecRequest: Sendable, Equatable {
  /// The program and its arguments.
  package var command: [String]
  /// `--env-file` and `--env`, with values already taken from the caller's environment.
  package var environment: [EnvironmentAssignment] = []
  /// `--workdir`; nil is the container's.
  package var workingDirectory: String?
  /// `--user`; nil is the container's.
  package var user: String?
  /// `--privileged`: every capability that there is.
  package var privileged = false
  /// `--tty`.
  package var terminal = false
  /// `--interactive`.
  package var keepsInput = false
  /// `--detach`.
  package var detach = false
  /// The terminal's first size.
  package var windowSize: WindowSize?

  /// Asks for `command` with the container's own settings.
  package init(command: [String]) { self.command = command }
}

extension ContainerEngine {
  /// Starts another process in a container that runs.
  ///
  /// - Returns: the process; for a detached one the connection carries nothing more.
  /// - Throws: `.conflict` when the container does not run; `.notStarted` when the program cannot be started.
  package func exec(_ reference: String, _ request: ExecRequest) throws(EngineError) -> AttachedProcess {
    let record = try find(reference)
    let state = try state(of: record)
    if case .restarting = state.status {
      throw EngineError(
        .conflict, "Container \(record.id) is restarting, wait until the container is running")
    }
    if case .paused = state.status {
      throw EngineError(
        .conflict, "Container \(record.id) is paused, unpause the container before exec")
    }
    guard state.status.isRunning else {
      throw EngineError(.conflict, "container \(record.id) is not running")
    }
    let settings = try state.settings
    let process = try compileProcess(request, record.id, settings)
    let shim = ShimPaths(directory: paths.shimDirectory(record.id))
    let directory = try makeExecDirectory(shim)
    let file = directory.path + "/process.json"
    try write(process.document, to: file)
    let id = try attempt("exec") { () throws(SystemError) in hexadecimal(try randomBytes(32)) }
    let words = request.command.joined(separator: " ")
    let identity = [Event.Attribute("execID", id)]
    // Both before it begins, as docker tells them: a short one has ended when the shim answers.
    for step in ["exec_create", "exec_start"] {
      self.record("\(step): \(words)", record, settings, identity)
    }
    let message = ShimMessage.exec(options(request), processFile: file, id: id)
    guard let connection = connectToShim(of: record.id, saying: message) else {
      throw EngineError(.conflict, "container \(record.id) is not running")
    }
    // Its first answer comes after process.json was read: the guard may remove the directory then.
    let start: StartedProcess
    do throws(EngineError) { start = try awaitStarted(connection, ofShimOf: record.id) } catch {
      throw explained(error, execOf: process, in: state)
    }
    return AttachedProcess(
      container: record, pid: start.pid, terminal: request.terminal, keepsInput: request.keepsInput,
      earlyOutput: start.output, execID: id, connection: connection)
  }

  private func options(_ request: ExecRequest) -> ExecOptions {
    var options: ExecOptions = []
    if request.terminal { options.insert(.terminal) }
    if request.keepsInput { options.insert(.input) }
    if request.detach { options.insert(.detach) }
    return options
  }

  /// The container's own process as its bundle has it, with another program, and what the request changes.
  func compileProcess(
    _ request: ExecRequest, _ id: String, _ settings: ContainerSettings
  ) throws(EngineError) -> RuntimeSpec.Process {
    guard var process = try configuration(of: id).process else {
      throw EngineError(.failed, "\(paths.bundle(id))/config.json: no process")
    }
    let user = try user(request.user ?? settings.user, groups: settings.process.groups, of: id)
    let hostname = try attempt("read host name") { () throws(SystemError) in try self.hostname(of: settings) }
    let changes = request.environment.map { $0.value == nil ? $0.name : "\($0.name)=\($0.value ?? "")" }
    process.args = request.command
    process.terminal = request.terminal
    process.consoleSize = request.terminal ? request.windowSize.map { ConsoleSize($0) } : nil
    var groups = user.additionalGroups
    // Those of CDI devices are the container's user's, as docker has it.
    if request.user == nil {
      groups += (process.user?.additionalGids ?? []).filter { !groups.contains($0) }
    }
    process.user = RuntimeSpec.Process.User(
      uid: user.userID, gid: user.groupID, umask: process.user?.umask, additionalGids: groups)
    if request.privileged { process.capabilities = try allCapabilities() }
    process.env = ProcessEnvironment.compile(
      settings: try linkVariables(id, settings) + settings.environment + changes, hostname: hostname,
      terminal: request.terminal,
      home: user.home)
    if let directory = request.workingDirectory {
      guard directory.hasPrefix("/") else {
        throw EngineError(.invalid, "--workdir \(quoted(directory)): give an absolute path")
      }
      process.cwd = cleanPath(directory)
    }
    return process
  }

  /// docker's privileged exec (moby, exec_linux.go): all capabilities but none inheritable or ambient. The seccomp
  /// profile stays the container's, since the runtime takes it from there.
  private func allCapabilities() throws(EngineError) -> RuntimeSpec.Process.Capabilities {
    let known = try KernelCapabilities.known()
    let names = Capability.allCases.filter(known.contains).map(\.name)
    return RuntimeSpec.Process.Capabilities(bounding: names, effective: names, permitted: names)
  }

  /// The bundle's config.json.
  func configuration(of id: String) throws(EngineError) -> RuntimeSpec {
    let path = paths.bundle(id) + "/config.json"
    let bytes = try attempt("read bundle") { () throws(SystemError) in try readFile(path) }
    do throws(DocumentError) { return try JSON.read(RuntimeSpec.self, from: bytes, file: path) } catch {
      throw EngineError(.failed, error.description)
    }
  }

  /// The first number that is free.
  private func makeExecDirectory(_ shim: ShimPaths) throws(EngineError) -> DirectoryGuard {
    try attempt("exec") { () throws(SystemError) in
      var number = 1
      while true {
        let path = shim.execDirectory(number)
        do throws(SystemError) {
          try makeDirectory(path, mode: 0o700)
          return DirectoryGuard(path: path)
        } catch {
          guard error.code == ErrorCode.exists else { throw error }
          number += 1
        }
      }
    }
  }
}

private typealias ConsoleSize = RuntimeSpec.Process.ConsoleSize

extension ConsoleSize {
  fileprivate init(_ size: WindowSize) {
    self.init(height: UInt(size.rows), width: UInt(size.columns))
  }
}
