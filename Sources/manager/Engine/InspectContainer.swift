package import JSONDocument
internal import LinuxSystem
internal import Options
internal import ShimProtocol
internal import Store

extension ContainerEngine {
  /// A container in the shape of docker's inspect (API 1.51, ContainerInspectResponse).
  package func inspectContainer(_ reference: String) throws(EngineError) -> JSONValue {
    let state = try state(of: try find(reference))
    let (record, settings) = (state.record, state.settings)
    let hostname = try attempt("read host name") { () throws(SystemError) in try self.hostname(of: settings) }
    let arguments = settings.arguments
    return [
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
      "AppArmorProfile": "",
      "ExecIDs": nil,
      "HostConfig": inspectHostConfig(settings),
      "GraphDriver": ["Name": "overlayfs", "Data": inspectLayers(record, settings)],
      "Mounts": inspectMounts(settings),
      "Volumes": inspectVolumes(settings),
      "VolumesRW": inspectVolumesRW(settings),
      "Config": inspectConfig(record, settings, hostname: hostname),
      "NetworkSettings": [
        "SandboxID": "", "SandboxKey": "", "Ports": [:],
        "Networks": .object(JSONObject([.init(key: settings.network.rawValue, value: [:])])),
      ],
    ]
  }

  private func inspectState(_ state: ContainerState) -> JSONValue {
    var (pid, code, finished) = (Int32(0), Int32(0), state.record.finishedAt)
    switch state.status {
    case .created: break
    case .running(_, let running): (pid, finished) = (running ?? 0, nil)
    case .restarting(let exit, let moment): (code, finished) = (exit ?? -1, moment)
    case .exited(let exit, let moment): (code, finished) = (exit ?? -1, moment)
    }
    let document: JSONValue = [
      "Status": .string(state.status.word),
      "Running": .bool(state.status.isRunning),
      "Paused": false,
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

  private func inspectHostConfig(_ settings: ContainerSettings) -> JSONValue {
    let document: JSONValue = [
      "Binds": inspectBinds(settings),
      "ContainerIDFile": "",
      "LogConfig": ["Type": .string(settings.logDriver.rawValue), "Config": map(settings.logOptions)],
      "NetworkMode": .string(settings.network.rawValue),
      "PortBindings": [:],
      "RestartPolicy": [
        "Name": .string(settings.restart.name),
        "MaximumRetryCount": .integer(Int64(settings.restart.maximumRetryCount)),
      ],
      "AutoRemove": .bool(settings.autoRemove),
      "VolumesFrom": inspectVolumesFrom(settings),
      "CapAdd": settings.addedCapabilities.isEmpty ? nil : strings(settings.addedCapabilities),
      "CapDrop": settings.droppedCapabilities.isEmpty ? nil : strings(settings.droppedCapabilities),
      "CgroupnsMode": "private",
      "IpcMode": "private",
      "PidMode": "",
      "UTSMode": "",
      "UsernsMode": "",
      "Privileged": false,
      "ReadonlyRootfs": .bool(settings.readOnlyRoot),
      "ShmSize": 67_108_864,
      "Runtime": .string(settings.runtime),
      "MaskedPaths": strings(DefaultIsolation.maskedPaths),
      "ReadonlyPaths": strings(DefaultIsolation.readOnlyPaths),
    ]
    return document.with("Mounts", inspectMountOptions(settings)).with("Tmpfs", inspectTmpfs(settings))
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
      "Domainname": "",
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
      "StopTimeout": .integer(Int64(settings.stopTimeoutSeconds)),
    ]
    return document.with("Healthcheck", settings.healthcheck?.document)
      .with("Shell", settings.shell.isEmpty ? .none : strings(settings.shell))
  }
}

extension JSONValue {
  /// An object with one more member, unless there is no value for it.
  fileprivate func with(_ key: String, _ value: JSONValue?) -> JSONValue {
    guard var members = object, let value else { return self }
    members[key] = value
    return .object(members)
  }
}

/// An array of strings.
func strings(_ list: [String]) -> JSONValue { .array(list.map { .string($0) }) }
