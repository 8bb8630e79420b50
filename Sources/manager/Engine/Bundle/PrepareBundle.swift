internal import Images
internal import JSONDocument
internal import LinuxSystem
internal import OCIRuntimeSpec
internal import Options
internal import Store

extension ContainerEngine {
  /// Mounts the container's root file system, and what else of a bundle for one start is mounts. Whatever the last run left
  /// mounted goes before.
  /// - Returns: the guard that unmounts again unless it is kept.
  func mountBundle(_ id: String, _ settings: ContainerSettings) throws(EngineError) -> MountGuard {
    var mounted = try mountRoot(id, settings)
    mounted.other = try mountSharedMemory(id, settings)
    if !settings.mounts.isEmpty {
      mounted.volumes = try prepareMounts(id, settings)
      mounted.places = paths.mountPlaces(id)
      try mountPlaces(id, settings)
    }
    return mounted
  }

  /// Compiles the bundle's config.json for one start. The mount comes first, since users are looked up in the image's own
  /// /etc/passwd.
  func compileBundle(_ id: String, _ settings: ContainerSettings) throws(EngineError) {
    let blueprint = try blueprint(
      id, settings, user: try user(settings.user, groups: settings.process.groups, of: id))
    try write(blueprint.compileRuntimeSpec().document, to: paths.bundle(id) + "/config.json")
  }

  /// Who a container's process runs as, by the files of its mounted root.
  /// - Parameter groups: which the user is in beside its own, by name or number.
  func user(
    _ specification: String, groups: [String], of id: String
  ) throws(EngineError) -> ImageUser {
    let path = paths.rootFileSystem(id)
    let root = try attempt("look up user") { () throws(SystemError) in
      try openFile(path, [.path, .directory])
    }
    do throws(ImageUserError) {
      return try ImageUser.resolve(specification, groups: groups, inRoot: root)
    } catch {
      throw EngineError(.invalid, error.description)
    }
  }

  /// What one start is compiled from.
  func blueprint(
    _ id: String, _ settings: ContainerSettings, user: ImageUser
  ) throws(EngineError) -> ContainerBlueprint {
    let hostname = try attempt("read host name") { () throws(SystemError) in try self.hostname(of: settings) }
    let confinement = try confinement(id, settings)
    return ContainerBlueprint(
      id: id, rootPath: "rootfs", readOnlyRoot: settings.readOnlyRoot, arguments: settings.arguments,
      environment: ProcessEnvironment.compile(
        settings: settings.environment, hostname: hostname, terminal: settings.terminal, home: user.home),
      workingDirectory: settings.workingDirectory, userID: user.userID, groupID: user.groupID,
      supplementaryGroups: user.additionalGroups, terminal: settings.terminal, hostname: hostname,
      capabilities: settings.capabilities,
      etcFiles: etcFiles(id, settings),
      mounts: try compileMounts(id, settings), architecture: .current, annotations: settings.annotations,
      confinement: confinement)
  }

  /// What is mounted below the container's `/etc`; one that shares another's network has the other's.
  func etcFiles(_ id: String, _ settings: ContainerSettings) -> [ContainerBlueprint.EtcFile] {
    ["hostname", "hosts", "resolv.conf"].map { name in
      ContainerBlueprint.EtcFile(
        source: paths.networkFile(settings.networkOwner ?? id, name), destination: "/etc/\(name)")
    }
  }

  /// Writes a document that a start or an exec makes anew each time, so it need not survive a power cut.
  func write(_ document: JSONValue, to path: String) throws(EngineError) {
    try attempt("write \(splitPath(path).name)") { () throws(SystemError) in
      try writeAtomically(path, JSON.write(document), durable: false)
    }
  }
}
