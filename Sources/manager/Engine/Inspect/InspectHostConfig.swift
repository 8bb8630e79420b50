internal import JSONDocument
internal import Options
internal import ShimProtocol

extension ContainerEngine {
  /// docker's HostConfig (API 1.51).
  /// - Parameter links: as `inspectLinks` has them.
  func inspectHostConfig(
    _ id: String, _ settings: ContainerSettings, links: [String]
  ) throws(EngineError) -> JSONValue {
    let isolation = settings.isolation
    let document: JSONValue = [
      "Binds": inspectBinds(settings),
      "ContainerIDFile": .string(settings.identifierFile),
      "LogConfig": ["Type": .string(settings.logDriver.rawValue), "Config": map(settings.logOptions)],
      "NetworkMode": .string(settings.network.rawValue),
      "PortBindings": try inspectPortBindings(id),
      "RestartPolicy": [
        "Name": .string(settings.restart.name),
        "MaximumRetryCount": .integer(Int64(settings.restart.maximumRetryCount)),
      ],
      "AutoRemove": .bool(settings.autoRemove),
      "VolumeDriver": "",
      "VolumesFrom": inspectVolumesFrom(settings),
      "ConsoleSize": [0, 0],
      "CapAdd": stringsOrNull(settings.addedCapabilities),
      "CapDrop": stringsOrNull(settings.droppedCapabilities),
      "CgroupnsMode": .string(isolation.cgroupns.rawValue),
      "Dns": strings(settings.names.servers),
      "DnsOptions": strings(settings.names.options),
      "DnsSearch": strings(settings.names.search),
      "ExtraHosts": stringsOrNull(settings.names.hosts),
      "GroupAdd": stringsOrNull(settings.process.groups),
      "IpcMode": .string(isolation.ipc.rawValue),
      "Cgroup": "",
      "Links": stringsOrNull(links),
      "OomScoreAdj": .integer(Int64(settings.process.oomScoreAdjustment ?? 0)),
      "PidMode": .string(modeOrEmpty(isolation.pid)),
      "Privileged": .bool(isolation.isPrivileged),
      "PublishAllPorts": .bool(settings.publishesAllPorts),
      "ReadonlyRootfs": .bool(settings.readOnlyRoot),
      "SecurityOpt": stringsOrNull(isolation.securityOptions),
      "UTSMode": .string(modeOrEmpty(isolation.uts)),
      "UsernsMode": .string(modeOrEmpty(isolation.userns)),
      "ShmSize": .integer(isolation.sharedMemoryBytes ?? IsolationSettings.defaultSharedMemoryBytes),
      "Runtime": .string(settings.runtime),
      "Isolation": "",
      "MaskedPaths": hides(isolation) ? strings(DefaultIsolation.maskedPaths) : nil,
      "ReadonlyPaths": hides(isolation) ? strings(DefaultIsolation.readOnlyPaths) : nil,
    ]
    var members = document.object ?? JSONObject()
    // docker leaves these out when they say nothing.
    if settings.process.usesInit { members["Init"] = true }
    if !isolation.kernelParameters.isEmpty { members["Sysctls"] = map(isolation.kernelParameters) }
    if !settings.annotations.isEmpty { members["Annotations"] = map(settings.annotations) }
    if let mounts = inspectMountOptions(settings) { members["Mounts"] = mounts }
    if let tmpfs = inspectTmpfs(settings) { members["Tmpfs"] = tmpfs }
    for member in inspectResources(settings).members { members[member.key] = member.value }
    return .object(members)
  }
}

/// docker's Resources, which stand among the members of HostConfig.
private func inspectResources(_ settings: ContainerSettings) -> JSONObject {
  let (resources, isolation) = (settings.resources, settings.isolation)
  let document: JSONValue = [
    "CpuShares": number(resources.cpuShares),
    "Memory": number(resources.memoryBytes),
    "NanoCpus": number(resources.nanoCPUs),
    "CgroupParent": .string(isolation.cgroupParent ?? ""),
    "BlkioWeight": number(resources.blockWeight),
    "BlkioWeightDevice": rates(resources.blockWeightDevices, "Weight"),
    "BlkioDeviceReadBps": rates(resources.readBytes, "Rate"),
    "BlkioDeviceWriteBps": rates(resources.writeBytes, "Rate"),
    "BlkioDeviceReadIOps": rates(resources.readOperations, "Rate"),
    "BlkioDeviceWriteIOps": rates(resources.writeOperations, "Rate"),
    "CpuPeriod": number(resources.cpuPeriodMicroseconds),
    "CpuQuota": number(resources.cpuQuotaMicroseconds),
    "CpuRealtimePeriod": number(resources.realtimePeriodMicroseconds),
    "CpuRealtimeRuntime": number(resources.realtimeRuntimeMicroseconds),
    "CpusetCpus": .string(resources.cpusetCPUs ?? ""),
    "CpusetMems": .string(resources.cpusetNodes ?? ""),
    "Devices": .array(isolation.devices.map(inspectDevice)),
    "DeviceCgroupRules": stringsOrNull(isolation.deviceRules.map(\.rawValue)),
    "DeviceRequests": isolation.deviceRequests.isEmpty
      ? nil : .array(isolation.deviceRequests.map(\.inspected)),
    "MemoryReservation": number(resources.memoryReservationBytes),
    "MemorySwap": number(resources.memorySwapBytes),
    "MemorySwappiness": resources.memorySwappiness.map { .integer($0) } ?? nil,
    "OomKillDisable": resources.disablesOOMKiller.map { .bool($0) } ?? nil,
    "PidsLimit": resources.pidsLimit.map { .integer($0) } ?? nil,
    "Ulimits": .array(settings.process.limits.map(inspectLimit)),
    "CpuCount": 0,
    "CpuPercent": 0,
    "IOMaximumIOps": 0,
    "IOMaximumBandwidth": 0,
  ]
  return document.object ?? JSONObject()
}

private func inspectDevice(_ device: DeviceMapping) -> JSONValue {
  [
    "PathOnHost": .string(device.source), "PathInContainer": .string(device.destination),
    "CgroupPermissions": .string(device.permissions),
  ]
}

private func inspectLimit(_ limit: Ulimit) -> JSONValue {
  ["Name": .string(limit.name), "Hard": .integer(limit.hard), "Soft": .integer(limit.soft)]
}

private func rates(_ rates: [DeviceRate], _ member: String) -> JSONValue {
  rates.isEmpty
    ? nil
    : .array(
      rates.map { rate in
        .object(
          JSONObject([
            .init(key: "Path", value: .string(rate.path)), .init(key: member, value: unsigned(rate.rate)),
          ]))
      })
}

private func hides(_ isolation: IsolationSettings) -> Bool {
  !isolation.isPrivileged && !isolation.systemPathsAreOpen
}

/// docker has 0 for "not set".
private func number(_ value: Int64?) -> JSONValue { .integer(value ?? 0) }

private func modeOrEmpty(_ mode: NamespaceMode) -> String { mode == .own ? "" : mode.rawValue }

func stringsOrNull(_ list: [String]) -> JSONValue { list.isEmpty ? nil : strings(list) }
