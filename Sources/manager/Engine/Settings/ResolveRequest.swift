internal import Images
internal import OCIImageSpec
internal import Options
internal import Store

/// What a request for a container comes to here and now, before anything is made of it.
struct ResolvedRequest {
  /// With the containers that it joins by their ids.
  let request: CreateRequest
  /// The new container's.
  let id: String
  let imageID: String
  let settings: ContainerSettings
  let volumeChoices: [String: VolumeChoice]
}

extension ContainerEngine {
  /// Gathers what `run` and `create` need to know, also those that only tell what they would do.
  /// - Parameter runtime: an OCI runtime for this container; nil takes the general one.
  /// - Throws: `EngineError` for what cannot be, as far as that can be said before it is.
  func resolve(_ request: CreateRequest, runtime: String?) throws(EngineError) -> ResolvedRequest {
    let image = try findImage(request.image)
    let request = try checked(request, image: image.record)
    let id = try Self.newID()
    let mounts = try resolveMounts(request, image: image.execution)
    let settings = try ContainerSettings(
      request, id: id, layers: image.record.layers.map(\.diffID), image: image.execution,
      knownCapabilities: try knownCapabilities(request), runtime: try programs.runtime(runtime),
      mounts: mounts.mounts)
    return ResolvedRequest(
      request: request, id: id, imageID: image.record.id, settings: settings, volumeChoices: mounts.choices)
  }

  /// The request with what only the machine and other containers can say: that its limits can be, and which containers it
  /// joins.
  private func checked(
    _ request: CreateRequest, image: ImageRecord
  ) throws(EngineError) -> CreateRequest {
    try checkPlatform(request, image)
    try request.checkNetworks()
    try PortBinding.check(request.published, usual: request.publishAddress)
    try request.resources.check(request.resources.asksForMachine ? try Self.machine() : nil)
    if let filter = request.isolation.seccomp, filter != "unconfined" {
      _ = try SeccompDocument(text: filter)
    }
    var request = request
    request.isolation.pid = try byID(request.isolation.pid)
    request.isolation.ipc = try byID(request.isolation.ipc)
    try resolveNetworks(&request)
    try resolveLinks(&request)
    return request
  }

  /// A name may be given to another container later.
  private func byID(_ mode: NamespaceMode) throws(EngineError) -> NamespaceMode {
    guard case .container(let name) = mode else { return mode }
    return .container(try find(name).id)
  }

  /// Only `--cap-add ALL` and `--privileged` ask for them.
  private func knownCapabilities(_ request: CreateRequest) throws(EngineError) -> Set<Capability> {
    request.capabilities.added.contains(.all) || request.isolation.isPrivileged
      ? try KernelCapabilities.known() : []
  }

  func findImage(
    _ name: String
  ) throws(EngineError) -> (record: ImageRecord, execution: ImageConfiguration.Execution) {
    do throws(ImageError) {
      let image = try images.find(name)
      let configuration = try images.configuration(of: image)
      return (image, configuration.config ?? ImageConfiguration.Execution())
    } catch {
      if case .store(.noSuchImage(let reference)) = error {
        throw EngineError(
          .notFound, "Unable to find image '\(reference)' locally; 'apus images' lists what there is")
      }
      throw EngineError(error)
    }
  }
}
