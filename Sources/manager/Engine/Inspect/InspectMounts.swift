internal import JSONDocument
internal import Options
internal import Store

// What inspect says about mounts (API 1.51, MountPoint, HostConfig).

extension ContainerEngine {
  /// `Mounts`. What `--tmpfs` asked for is in `HostConfig.Tmpfs` only, as docker has it.
  func inspectMounts(_ settings: ContainerSettings, of id: String) -> JSONValue {
    let indices = settings.mounts.indices.filter { settings.mounts[$0].origin != .tmpfs }
    return .array(
      indices.map { inspectMount(settings.mounts[$0], source: hostPath(of: $0, settings, id)) })
  }

  private func inspectMount(_ mount: ContainerMount, source: String) -> JSONValue {
    var members = JSONObject([.init(key: "Type", value: .string(mount.kind.rawValue))])
    if mount.kind == .volume || mount.kind == .image { members["Name"] = .string(mount.source) }
    members["Source"] = .string(source)
    members["Destination"] = .string(mount.destination)
    if mount.kind == .volume { members["Driver"] = "local" }
    members["Mode"] = .string(mount.mode)
    members["RW"] = .bool(!mount.readOnly)
    members["Propagation"] = .string(
      mount.kind == .bind || mount.kind == .image ? (mount.propagation ?? .rprivate).rawValue : "")
    return .object(members)
  }

  /// Where it is on the host: of a part of a volume the volume, as docker has it; of an image the place where it is mounted
  /// while the container runs.
  private func hostPath(of index: Int, _ settings: ContainerSettings, _ id: String) -> String {
    let mount = settings.mounts[index]
    return switch mount.kind {
    case .bind, .volume: source(of: mount)
    case .image: mountPlace(index, of: id)
    case .tmpfs: ""
    }
  }

  /// On the host.
  func source(of mount: ContainerMount) -> String {
    mount.kind == .volume ? paths.volumeData(mount.source) : mount.source
  }

  /// `Volumes` as docker had it up to 1.7: what is mounted where.
  func inspectVolumes(_ settings: ContainerSettings, of id: String) -> JSONValue {
    let indices = settings.mounts.indices.filter { settings.mounts[$0].kind != .tmpfs }
    return map(
      Dictionary(
        indices.map { (settings.mounts[$0].destination, hostPath(of: $0, settings, id)) }
      ) { _, last in last })
  }

  /// `VolumesRW` as docker had it up to 1.7.
  func inspectVolumesRW(_ settings: ContainerSettings) -> JSONValue {
    .object(
      JSONObject(
        settings.mounts.filter { $0.kind != .tmpfs }.map {
          .init(key: $0.destination, value: .bool(!$0.readOnly))
        }))
  }

  /// `HostConfig.Binds`: `--volume` as given, but for anonymous volumes.
  func inspectBinds(_ settings: ContainerSettings) -> JSONValue {
    let binds = settings.mounts.filter { $0.origin == .volume && !($0.kind == .volume && $0.isAnonymous) }
    return binds.isEmpty
      ? nil
      : strings(binds.map { "\($0.source):\($0.destination)" + ($0.mode.isEmpty ? "" : ":\($0.mode)") })
  }

  /// `HostConfig.Mounts`: `--mount`; nil where there is none.
  func inspectMountOptions(_ settings: ContainerSettings) -> JSONValue? {
    let mounts = settings.mounts.filter { $0.origin == .mount }
    guard !mounts.isEmpty else { return .none }
    return .array(
      mounts.map { mount in
        var members = JSONObject([.init(key: "Type", value: .string(mount.kind.rawValue))])
        if mount.kind != .tmpfs, !mount.isAnonymous { members["Source"] = .string(mount.source) }
        members["Target"] = .string(mount.destination)
        // An image is read-only without having been asked to be.
        if mount.readOnly, mount.kind != .image { members["ReadOnly"] = true }
        if mount.kind == .bind, let propagation = mount.propagation {
          members["BindOptions"] = ["Propagation": .string(propagation.rawValue)]
        }
        var options = JSONObject()
        if mount.kind == .volume, !mount.copies { options["NoCopy"] = true }
        options["Subpath"] = mount.subpath.map { .string($0) }
        if !options.members.isEmpty {
          members[mount.kind == .image ? "ImageOptions" : "VolumeOptions"] = .object(options)
        }
        return .object(members)
      })
  }

  /// `HostConfig.Tmpfs`; nil where there is none.
  func inspectTmpfs(_ settings: ContainerSettings) -> JSONValue? {
    let mounts = settings.mounts.filter { $0.origin == .tmpfs }
    return mounts.isEmpty
      ? .none : map(Dictionary(mounts.map { ($0.destination, $0.mode) }) { _, last in last })
  }

  /// `HostConfig.VolumesFrom`, as given.
  func inspectVolumesFrom(_ settings: ContainerSettings) -> JSONValue {
    settings.volumesFrom.isEmpty ? nil : strings(settings.volumesFrom)
  }

  /// `Config.Volumes`: the image's, and the anonymous ones of `--volume`.
  func inspectConfigVolumes(_ settings: ContainerSettings) -> JSONValue {
    let places = settings.mounts.filter {
      $0.kind == .volume && $0.isAnonymous && ($0.origin == .image || $0.origin == .volume)
    }
    return places.isEmpty
      ? nil : .object(JSONObject(places.map { .init(key: $0.destination, value: [:]) }))
  }
}
