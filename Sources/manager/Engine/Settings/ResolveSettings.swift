internal import Addresses
internal import LinuxSystem
package import OCIImageSpec
package import Options
internal import ShimProtocol

extension ContainerSettings {
  /// Merges what was asked for with what the image says, as docker does (moby, daemon/commit.go, merge).
  ///
  /// Pure: nothing of the host is looked at.
  /// - Parameters:
  ///   - id: the container's, whose first twelve digits are the default host name.
  ///   - knownCapabilities: what the kernel has.
  ///   - runtime: an absolute path.
  ///   - mounts: as `ResolvedMounts` has them.
  /// - Throws: `EngineError` when there is no command, or a value cannot be.
  package init(
    _ request: CreateRequest, id: String, layers: [String], image: ImageConfiguration.Execution,
    knownCapabilities: Set<Capability>, runtime: String, mounts: [ContainerMount] = []
  ) throws(EngineError) {
    let program = try Self.program(request, image)
    let stopSignal = request.stopSignal ?? image.stopSignal ?? "SIGTERM"
    try checkStopSignal(stopSignal)
    try Self.checkPassthrough(request)
    try request.checkIsolation()
    self.layers = layers
    entrypoint = program.entrypoint
    command = program.command
    environment = Self.environment(request.environment, image: image.env ?? [])
    workingDirectory = try Self.workingDirectory(request.workingDirectory ?? image.workingDir ?? "")
    user = request.user ?? image.user ?? ""
    hostname =
      request.hostname?.text
      ?? (request.network == .host || request.isolation.uts == .host ? nil : String(id.prefix(12)))
    labels = (image.labels ?? [:]).merging(request.labels.map { ($0.key, $0.value) }) { _, new in new }
    self.mounts = mounts
    volumesFrom = request.volumesFrom.map(\.text)
    network = request.network
    exposedPorts = try Self.exposedPorts(request, image)
    publishesAllPorts = request.publishesAllPorts
    publishAddress = request.publishAddress.map { "\($0)" }
    portRange = request.portRange.map { "\($0.lowerBound)-\($0.upperBound)" }
    linkVariables = request.linkVariables
    names = request.names
    capabilities =
      request.isolation.isPrivileged
      ? Capability.allCases.filter(knownCapabilities.contains)
      : request.capabilities.result(known: knownCapabilities)
    addedCapabilities = request.capabilities.added.map(\.name)
    droppedCapabilities = request.capabilities.dropped.map(\.name)
    logDriver = request.log.driver
    logOptions = request.log.options
    readOnlyRoot = request.readOnlyRoot
    terminal = request.terminal
    keepsInput = request.keepsInput
    attached = request.attached
    autoRemove = request.autoRemove
    self.stopSignal = stopSignal
    stopTimeoutSeconds = request.stopTimeoutSeconds
    self.runtime = runtime
    restart = request.restart
    healthcheck = try Healthcheck.merged(request.healthcheck, image: image.healthcheck)
    shell = image.shell ?? []
    resources = request.resources
    // As docker has it: as much swap as memory (moby, daemon_unix.go, adaptContainerSettings).
    if resources.memorySwapBytes == nil {
      resources.memorySwapBytes = resources.memoryBytes.map { $0 > .max / 2 ? .max : $0 * 2 }
    }
    isolation = request.isolation
    process = request.process
    annotations = request.annotations
    identifierFile = request.identifierFile ?? ""
  }

  /// `--entrypoint` takes the image's command away with its entrypoint; a command alone replaces the image's command.
  private static func program(
    _ request: CreateRequest, _ image: ImageConfiguration.Execution
  ) throws(EngineError) -> (entrypoint: [String], command: [String]) {
    let entrypoint = request.entrypoint.map { $0.isEmpty ? [] : [$0] } ?? image.entrypoint ?? []
    let command =
      request.command.isEmpty && request.entrypoint == nil ? image.cmd ?? [] : request.command
    guard !(entrypoint + command).isEmpty else {
      throw EngineError(
        .invalid, "no command specified: image \(quoted(request.image)) has none, so give one after it")
    }
    return (entrypoint, command)
  }

  /// The flags' variables, the last of a name counting, then the image's that they do not name.
  static func environment(_ assignments: [EnvironmentAssignment], image: [String]) -> [String] {
    var entries: [String] = []
    func place(of name: Substring) -> Int? { entries.firstIndex { variableName($0) == name } }
    for assignment in assignments {
      let entry = assignment.value.map { "\(assignment.name)=\($0)" } ?? assignment.name
      if let place = place(of: Substring(assignment.name)) {
        entries[place] = entry
      } else {
        entries.append(entry)
      }
    }
    for entry in image where place(of: variableName(entry)) == nil { entries.append(entry) }
    return entries
  }

  /// The image's, `--expose`'s, and what is published.
  private static func exposedPorts(
    _ request: CreateRequest, _ image: ImageConfiguration.Execution
  ) throws(EngineError) -> [String] {
    var ports = Set(request.exposed + request.published.map(\.container))
    for text in (image.exposedPorts ?? [:]).keys {
      do throws(OptionError) { ports.formUnion(try ContainerPort.read(exposed: text, option: "image")) } catch
      {
        throw EngineError(.invalid, "the image's exposed port \(quoted(text)) is none: expected 80 or 53/udp")
      }
    }
    return ports.sorted(by: ContainerPort.precedes).map { "\($0)" }
  }

  private static func workingDirectory(_ path: String) throws(EngineError) -> String {
    guard path.isEmpty || path.hasPrefix("/") else {
      throw EngineError(
        .invalid, "the working directory \(quoted(path)) is invalid, it needs to be an absolute path")
    }
    return cleanPath(path)
  }

  /// What is passed on is the caller's, for one run: no terminal, and nothing that a later run could have.
  private static func checkPassthrough(_ request: CreateRequest) throws(EngineError) {
    guard request.log.driver == .passthrough else { return }
    let other = request.terminal ? "--tty" : request.restart == .no ? nil : "--restart"
    if let other { throw EngineError(.invalid, "--log-driver passthrough and \(other) exclude each other") }
  }
}

/// A container or an image that no signal stops is not made.
func checkStopSignal(_ name: String) throws(EngineError) {
  guard Signal.number(name) != nil else {
    throw EngineError(.invalid, "invalid stop signal \(quoted(name)): no such signal")
  }
}

/// The part of `NAME=value` before the sign.
func variableName(_ entry: String) -> Substring { entry.prefix { $0 != "=" } }
