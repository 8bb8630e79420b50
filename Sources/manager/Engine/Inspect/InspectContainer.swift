internal import Images
package import JSONDocument
internal import LinuxSystem
internal import OCIImageSpec
internal import Options
internal import ShimProtocol
internal import Store

extension ContainerEngine {
  /// A container in the shape of docker's inspect (API 1.51, ContainerInspectResponse), with what older ones had
  /// beside it.
  /// - Parameter sized: whether what it has written is measured.
  package func inspectContainer(_ reference: String, sized: Bool = false) throws(EngineError) -> JSONValue {
    let state = try state(of: try find(reference))
    let (record, settings) = (state.record, try state.settings)
    let hostname = try attempt("read host name") { () throws(SystemError) in try self.hostname(of: settings) }
    let arguments = settings.arguments
    var image: ImageRecord?
    do throws(ImageError) { image = try images.find(record.imageID) } catch { image = nil }
    let document: JSONValue = [
      "Id": .string(record.id),
      "Created": .string(record.createdAt.description),
      "Path": .string(arguments.first ?? ""),
      "Args": strings(Array(arguments.dropFirst())),
      "State": inspectState(state),
      "Image": .string(record.imageID),
      "ResolvConfPath": .string(paths.networkFile(record.id, "resolv.conf")),
      "HostnamePath": .string(paths.networkFile(record.id, "hostname")),
      "HostsPath": .string(paths.networkFile(record.id, "hosts")),
      "LogPath": .string(logPath(record.id, settings)),
      "Name": .string("/\(record.name)"),
      "RestartCount": .integer(Int64(state.restartCount)),
      "Driver": "overlayfs",
      "Platform": "linux",
      "MountLabel": "",
      "ProcessLabel": "",
      "AppArmorProfile": .string(settings.isolation.apparmor ?? ""),
      "ExecIDs": inspectSessions(state),
      "HostConfig": try inspectHostConfig(record.id, settings, links: try inspectLinks(record)),
      "GraphDriver": ["Name": "overlayfs", "Data": inspectLayers(record, settings)],
      "Mounts": inspectMounts(settings, of: record.id),
      "Volumes": inspectVolumes(settings, of: record.id),
      "VolumesRW": inspectVolumesRW(settings),
      "Config": inspectConfig(record, settings, hostname: hostname),
      "NetworkSettings": try inspectNetworkSettings(record, settings),
    ]
    guard sized else { return document }
    let size = self.size(of: record, imageBytes: image?.sizeBytes ?? 0)
    return document.with("SizeRw", .integer(size.writableBytes))
      .with("SizeRootFs", .integer(size.rootBytes))
  }

  /// The exec sessions that run; null without any, as docker has it.
  private func inspectSessions(_ state: ContainerState) -> JSONValue {
    guard state.status.isRunning else { return nil }
    let names: [String]
    // It may end meanwhile.
    do throws(SystemError) { names = try listDirectory(paths.shimDirectory(state.record.id)) } catch {
      return nil
    }
    let ids = names.compactMap { ShimPaths.sessionID(ofMark: $0) }.sorted()
    return ids.isEmpty ? nil : strings(ids)
  }

  private func inspectState(_ state: ContainerState) -> JSONValue {
    var (pid, code, finished) = (Int32(0), Int32(0), state.record.finishedAt)
    switch state.status {
    case .created: code = state.exitCode ?? 0
    case .running(_, let running), .paused(_, let running): (pid, finished) = (running ?? 0, nil)
    case .restarting(let exit, let moment): (code, finished) = (exit ?? -1, moment)
    case .exited(let exit, let moment): (code, finished) = (exit ?? -1, moment)
    }
    let document: JSONValue = [
      "Status": .string(state.status.word),
      "Running": .bool(state.status.isRunning),
      "Paused": .bool(state.status.word == "paused"),
      "Restarting": .bool(state.status.word == "restarting"),
      "OOMKilled": .bool(state.oomKilled),
      "Dead": false,
      "Pid": .integer(Int64(pid)),
      "ExitCode": .integer(Int64(code)),
      "Error": .string(state.error),
      "StartedAt": moment(state.startedAt),
      "FinishedAt": moment(finished),
    ]
    return document.with("Health", state.health)
  }

  /// Go's zero time stands for "never".
  private func moment(_ time: Timestamp?) -> JSONValue {
    .string(time?.description ?? "0001-01-01T00:00:00Z")
  }

  private func inspectLayers(_ record: ContainerRecord, _ settings: ContainerSettings) -> JSONValue {
    [
      "LowerDir": .string(settings.layers.reversed().map(paths.layerTree).joined(separator: ":")),
      "MergedDir": .string(paths.rootFileSystem(record.id)),
      "UpperDir": .string(paths.upper(record.id)),
      "WorkDir": .string(paths.work(record.id)),
    ]
  }

  private func inspectConfig(
    _ record: ContainerRecord, _ settings: ContainerSettings, hostname: String
  ) -> JSONValue {
    let document: JSONValue = [
      "Hostname": .string(hostname),
      "Domainname": .string(settings.isolation.domainname ?? ""),
      "User": .string(settings.user),
      "AttachStdin": .bool(settings.attached && settings.keepsInput),
      "AttachStdout": .bool(settings.attached),
      "AttachStderr": .bool(settings.attached),
      "Tty": .bool(settings.terminal),
      "OpenStdin": .bool(settings.keepsInput),
      "StdinOnce": .bool(settings.attached && settings.keepsInput),
      "Env": strings(settings.environment),
      "Cmd": settings.command.isEmpty ? nil : strings(settings.command),
      "Image": .string(record.imageReference),
      "Volumes": inspectConfigVolumes(settings),
      "WorkingDir": .string(settings.workingDirectory),
      "Entrypoint": settings.entrypoint.isEmpty ? nil : strings(settings.entrypoint),
      "OnBuild": nil,
      "Labels": map(settings.labels),
      "StopSignal": .string(settings.stopSignal),
    ]
    return document.with("Healthcheck", settings.healthcheck?.document)
      .with("StopTimeout", settings.stopTimeoutSeconds.map { .integer(Int64($0)) })
      .with("ExposedPorts", settings.exposedPorts.isEmpty ? .none : objectOfNames(settings.exposedPorts))
      .with("Shell", settings.shell.isEmpty ? .none : strings(settings.shell))
  }
}

extension JSONValue {
  /// An object with one more member, unless there is no value for it.
  func with(_ key: String, _ value: JSONValue?) -> JSONValue {
    guard var members = object, let value else { return self }
    members[key] = value
    return .object(members)
  }
}

/// Names as docker has a set of them: `{"80/tcp": {}}`.
private func objectOfNames(_ names: some Sequence<String>) -> JSONValue {
  .object(JSONObject(names.sorted().map { .init(key: $0, value: [:]) }))
}

/// An array of strings.
func strings(_ list: [String]) -> JSONValue { .array(list.map { .string($0) }) }
