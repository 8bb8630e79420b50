internal import JSONDocument
internal import Templates

extension TemplateShape {
  /// The documents of `inspect`: the types that their members have in docker (moby, api/types).
  static var inspect: TemplateShape {
    TemplateShape(
      maps: [
        "Annotations", "Data", "DriverOpts", "ExposedPorts", "Labels", "LogConfig.Config", "Networks",
        "Options",
        "PortBindings", "Ports", "StorageOpt", "Sysctls", "Tmpfs", "Volumes", "VolumesRW",
      ],
      lists: [
        "Aliases", "Args", "Binds", "BlkioDeviceReadBps", "BlkioDeviceReadIOps", "BlkioDeviceWriteBps",
        "BlkioDeviceWriteIOps", "BlkioWeightDevice", "Capabilities", "CapAdd", "CapDrop", "Cmd", "DNSNames",
        "DeviceCgroupRules", "DeviceIDs",
        "DeviceRequests", "Devices", "Dns", "DnsOptions", "DnsSearch", "Entrypoint", "Env", "ExecIDs",
        "ExtraHosts", "Healthcheck.Test",
        "GroupAdd", "Layers", "Links", "MaskedPaths", "Mounts", "OnBuild", "PortBindings*", "Ports*",
        "ReadonlyPaths",
        "RepoDigests", "RepoTags", "SecondaryIPAddresses", "SecondaryIPv6Addresses", "SecurityOpt", "Shell",
        "Ulimits",
        "VolumesFrom",
      ],
      durations: [
        "Healthcheck.Interval", "Healthcheck.StartInterval", "Healthcheck.StartPeriod", "Healthcheck.Timeout",
      ],
      absent: [
        "Config.ArgsEscaped": false, "Config.Cmd": nil, "Config.Domainname": "", "Config.Entrypoint": nil,
        "Config.Env": nil, "Config.ExposedPorts": nil, "Config.Healthcheck": nil, "Config.Hostname": "",
        "Config.Image": "", "Config.Labels": nil, "Config.NetworkDisabled": false, "Config.OnBuild": nil,
        "Config.Shell": nil, "Config.StopSignal": "", "Config.StopTimeout": nil, "Config.User": "",
        "Config.Volumes": nil, "Config.WorkingDir": "", "Healthcheck.Interval": 0, "Healthcheck.Retries": 0,
        "Healthcheck.StartInterval": 0,
        "Healthcheck.StartPeriod": 0, "Healthcheck.Test": nil, "Healthcheck.Timeout": 0,
        "HostConfig.Annotations": nil, "HostConfig.Init": nil,
        "HostConfig.Links": nil,
        "HostConfig.Mounts": nil, "HostConfig.StorageOpt": nil, "HostConfig.Sysctls": nil,
        "HostConfig.Tmpfs": nil,
        "Mounts*.Driver": "", "Mounts*.Name": "", "OsVersion": "", "SizeRootFs": nil, "SizeRw": nil,
        "State.Health": nil, "Variant": "",
      ],
      aliases: [
        "Config*.AuxAddress": "AuxiliaryAddresses", "HostConfig.CPUCount": "CpuCount",
        "HostConfig.CPUPercent": "CpuPercent", "HostConfig.CPUPeriod": "CpuPeriod",
        "HostConfig.CPUQuota": "CpuQuota", "HostConfig.CPURealtimePeriod": "CpuRealtimePeriod",
        "HostConfig.CPURealtimeRuntime": "CpuRealtimeRuntime", "HostConfig.CPUShares": "CpuShares",
        "HostConfig.DNS": "Dns", "HostConfig.DNSOptions": "DnsOptions", "HostConfig.DNSSearch": "DnsSearch",
        "HostConfig.NanoCPUs": "NanoCpus", "ID": "Id",
      ])
  }
}
