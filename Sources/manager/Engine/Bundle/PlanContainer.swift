internal import Images
package import JSONDocument
internal import LinuxSystem
internal import OCIRuntimeSpec
internal import Options
internal import Store

/// What `run` and `create` would make of a request.
package struct PlannedContainer: Sendable {
  /// The bundle's config.json, whole: users are looked up in the image's layers.
  package let configuration: JSONValue
  /// What would come to be, a line each, in order.
  package let steps: [String]
}

extension ContainerEngine {
  /// Goes the way of `makeContainer` and `compileBundle` as far as nothing is made: no directory, no row, no lock, no
  /// mount. The id is one that could have been.
  /// - Throws: what they would throw.
  package func plan(_ request: CreateRequest, runtime: String? = nil) throws(EngineError) -> PlannedContainer
  {
    try plan(try resolve(request, runtime: runtime))
  }

  private func plan(_ wanted: ResolvedRequest) throws(EngineError) -> PlannedContainer {
    let (id, settings) = (wanted.id, wanted.settings)
    let name = wanted.request.name?.text
    if let name { try checkFree(name) }
    let specification = try blueprint(id, settings, user: try userInLayers(settings)).compileRuntimeSpec()
    return PlannedContainer(
      configuration: specification.document,
      steps: steps(id, name: name, wanted.request.image, settings, specification))
  }

  /// That a container could be made of a request, whoever has its name, as far as that can be said before it is.
  /// - Throws: what `create` would throw.
  package func check(_ request: CreateRequest, runtime: String?) throws(EngineError) {
    var request = request
    request.name = nil
    let wanted = try resolve(request, runtime: runtime)
    _ = try plan(wanted)
    _ = try endpoints(wanted.request, of: wanted.id)
  }

  private func checkFree(_ name: String) throws(EngineError) {
    do throws(StoreError) {
      let holder = try store.findContainer(name)
      // A name may look like the beginning of somebody's id.
      if holder.name == name { throw StoreError.nameInUse(name: name, byID: holder.id) }
    } catch {
      switch error {
      case .noSuchContainer, .ambiguousContainer: return
      default: throw EngineError(error)
      }
    }
  }

  private func userInLayers(_ settings: ContainerSettings) throws(EngineError) -> ImageUser {
    let layers: [String] = settings.layers.reversed().map(paths.layerTree)
    let files = try attempt("look up user") { () throws(SystemError) in
      (
        try LayeredFile.read("/etc/passwd", inLayers: layers, limit: ImageUser.largestFile) ?? [],
        try LayeredFile.read("/etc/group", inLayers: layers, limit: ImageUser.largestFile) ?? []
      )
    }
    do throws(ImageUserError) {
      return try ImageUser.resolve(
        settings.user, groups: settings.process.groups, passwd: files.0, group: files.1)
    } catch { throw EngineError(.invalid, error.description) }
  }

  /// What CDI devices have the runtime execute.
  private func hooks(_ hooks: RuntimeSpec.Hooks?) -> [String] {
    let kinds: [(String, [RuntimeSpec.Hook]?)] = [
      ("prestart", hooks?.prestart), ("createRuntime", hooks?.createRuntime),
      ("createContainer", hooks?.createContainer), ("startContainer", hooks?.startContainer),
      ("poststart", hooks?.poststart), ("poststop", hooks?.poststop),
    ]
    return kinds.flatMap { kind, list in
      (list ?? []).map { hook in
        "hook        \(kind): \((hook.args ?? [hook.path]).map { quoted($0) }.joined(separator: " ")), \(hook.path)"
      }
    }
  }

  /// In the order of spec/state-layout.md, Nothing half-recorded.
  private func steps(
    _ id: String, name: String?, _ image: String, _ settings: ContainerSettings, _ specification: RuntimeSpec
  ) -> [String] {
    let directory = paths.containerDirectory(id)
    let mounts = (specification.mounts ?? []).map { mount in
      let options = (mount.options ?? []).joined(separator: ",")
      return
        "mount       \(mount.type ?? "bind") \(mount.source ?? "none") on \(mount.destination) (\(options))"
    }
    let namespaces = (specification.linux?.namespaces ?? []).map(\.type.rawValue).joined(separator: " ")
    let log =
      [.jsonFile, .k8sFile].contains(settings.logDriver)
      ? ["log         \(logPath(id, settings))"] : []
    return [
      "directory   \(directory)",
      "directory   \(paths.upper(id)) (the writable layer), \(paths.work(id))",
      "file        \(paths.bundle(id))/config.json",
    ] + ["hostname", "hosts", "resolv.conf"].map { "file        \(paths.networkFile(id, $0))" }
      + ["mount       overlay on \(paths.rootFileSystem(id)) (\(settings.layers.count) layers of \(image))"]
      + [
        "container   \(id), name \(name ?? "made up at the time"), in \(paths.database)",
        "directory   \(paths.shimDirectory(id))",
      ] + log + ["cgroup      \(specification.linux?.cgroupsPath ?? "")", "namespaces  \(namespaces)"]
      + mounts + hooks(specification.hooks)
      + [
        "process     \(settings.arguments.map { quoted($0) }.joined(separator: " ")), under \(settings.runtime)"
      ]
  }
}
