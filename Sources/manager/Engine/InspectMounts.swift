internal import JSONDocument
internal import Options
internal import Store

// What inspect says about mounts (API 1.51, MountPoint, HostConfig).

extension ContainerEngine {
  /// `Mounts`. What `--tmpfs` asked for is in `HostConfig.Tmpfs` only, as docker has it.
  func inspectMounts(_ settings: ContainerSettings) -> JSONValue {
    .array(settings.mounts.filter { $0.origin != .tmpfs }.map(inspectMount))
  }

  private func inspectMount(_ mount: ContainerMount) -> JSONValue {
    var members = JSONObject([.init(key: "Type", value: .string(mount.kind.rawValue))])
    if mount.kind == .volume { members["Name"] = .string(mount.source) }
    members["Source"] = .string(mount.kind == .tmpfs ? "" : source(of: mount))
    members["Destination"] = .string(mount.destination)
    if mount.kind == .volume { members["Driver"] = "local" }
    members["Mode"] = .string(mount.mode)
    members["RW"] = .bool(!mount.readOnly)
    members["Propagation"] = .string(
      mount.kind == .bind ? (mount.propagation ?? .rprivate).rawValue : "")
    return .object(members)
  }

  /// On the host.
  func source(of mount: ContainerMount) -> String {
    mount.kind == .volume ? paths.volumeData(mount.source) : mount.source
  }

  /// `Volumes` as docker had it up to 1.7: what is mounted where.
  func inspectVolumes(_ settings: ContainerSettings) -> JSONValue {
    map(
      Dictionary(
        settings.mounts.filter { $0.kind != .tmpfs }.map { ($0.destination, source(of: $0)) }
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
        if mount.readOnly { members["ReadOnly"] = true }
        if mount.kind == .bind, let propagation = mount.propagation {
          members["BindOptions"] = ["Propagation": .string(propagation.rawValue)]
        }
        if mount.kind == .volume, !mount.copies { members["VolumeOptions"] = ["NoCopy": true] }
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
