internal import Arguments
internal import Engine
internal import Options

/// The options that limit what a container uses of the machine.
extension ContainerOptions {
  /// Those that `update` has too.
  static let changeableLimits: [CommandOption] = [
    .value(
      "blkio-weight", value: "uint16",
      help: "Block IO (relative weight), between 10 and 1000, or 0 to disable"),
    .value("cpu-period", value: "int", help: "Limit CPU CFS (Completely Fair Scheduler) period"),
    .value("cpu-quota", value: "int", help: "Limit CPU CFS (Completely Fair Scheduler) quota"),
    .value("cpu-rt-period", value: "int", help: "Limit CPU real-time period in microseconds"),
    .value("cpu-rt-runtime", value: "int", help: "Limit CPU real-time runtime in microseconds"),
    .value("cpu-shares", short: "c", value: "int", help: "CPU shares (relative weight)"),
    .value("cpus", value: "decimal", help: "Number of CPUs"),
    .value("cpuset-cpus", help: "CPUs in which to allow execution (0-3, 0,1)"),
    .value("cpuset-mems", help: "MEMs in which to allow execution (0-3, 0,1)"),
    .value("kernel-memory", value: "bytes", hidden: true),
    .value("memory", short: "m", value: "bytes", help: "Memory limit"),
    .value("memory-reservation", value: "bytes", help: "Memory soft limit"),
    .value(
      "memory-swap", value: "bytes",
      help: "Swap limit equal to memory plus swap: -1 to enable unlimited swap"),
    .value("pids-limit", value: "int", help: "Tune container pids limit (set -1 for unlimited)"),
  ]

  static let limits: [CommandOption] =
    changeableLimits + [
      .list("blkio-weight-device", help: "Block IO weight (relative device weight)"),
      .list("device-read-bps", help: "Limit read rate (bytes per second) from a device"),
      .list("device-read-iops", help: "Limit read rate (IO per second) from a device"),
      .list("device-write-bps", help: "Limit write rate (bytes per second) to a device"),
      .list("device-write-iops", help: "Limit write rate (IO per second) to a device"),
      .value("memory-swappiness", value: "int", help: "Tune container memory swappiness (0 to 100)"),
      .flag("oom-kill-disable", help: "Disable OOM Killer"),
      .value("oom-score-adj", value: "int", help: "Tune host's OOM preferences (-1000 to 1000)"),
      .list("ulimit", value: "ulimit", help: "Ulimit options"),
    ]

  /// The limits of `run` and `create`.
  static func resources(_ invocation: Invocation) throws -> ResourceSettings {
    var resources = try changeableResources(invocation)
    func rates(_ name: String, _ kind: DeviceRate.Kind) throws -> [DeviceRate] {
      try invocation.list(name).map { try DeviceRate($0, option: "--\(name)", kind) }
    }
    // docker's -1 is the machine's own.
    resources.memorySwappiness = try number("memory-swappiness", invocation).flatMap { $0 == -1 ? nil : $0 }
    resources.disablesOOMKiller = invocation.flag("oom-kill-disable") ? true : nil
    resources.blockWeightDevices = try rates("blkio-weight-device", .weight)
    resources.readBytes = try rates("device-read-bps", .bytes)
    resources.writeBytes = try rates("device-write-bps", .bytes)
    resources.readOperations = try rates("device-read-iops", .operations)
    resources.writeOperations = try rates("device-write-iops", .operations)
    return resources
  }

  /// The limits of `update`; 0 and an empty text say nothing, as with docker.
  static func changeableResources(_ invocation: Invocation) throws -> ResourceSettings {
    func some(_ name: String) throws -> Int64? { try number(name, invocation).flatMap { $0 == 0 ? nil : $0 } }
    func bytes(_ name: String) throws -> Int64? {
      guard let text = invocation.value(name) else { return nil }
      let bytes = try ByteSize(text, option: "--\(name)").bytes
      return bytes == 0 ? nil : bytes
    }
    func text(_ name: String) -> String? { invocation.value(name).flatMap { $0.isEmpty ? nil : $0 } }
    var resources = ResourceSettings()
    resources.memoryBytes = try bytes("memory")
    resources.memorySwapBytes = try invocation.value("memory-swap").flatMap { text in
      let bytes = try ByteSize.orUnlimited(text, option: "--memory-swap")
      return bytes == 0 ? nil : bytes
    }
    resources.memoryReservationBytes = try bytes("memory-reservation")
    resources.nanoCPUs = try invocation.value("cpus").flatMap { text in
      let count = try CPUCount(text).nanoCPUs
      return count == 0 ? nil : count
    }
    resources.cpuPeriodMicroseconds = try some("cpu-period")
    resources.cpuQuotaMicroseconds = try some("cpu-quota")
    resources.realtimePeriodMicroseconds = try some("cpu-rt-period")
    resources.realtimeRuntimeMicroseconds = try some("cpu-rt-runtime")
    resources.cpuShares = try some("cpu-shares")
    resources.cpusetCPUs = text("cpuset-cpus")
    resources.cpusetNodes = text("cpuset-mems")
    resources.pidsLimit = try number("pids-limit", invocation).map { $0 == 0 ? -1 : $0 }
    resources.blockWeight = try some("blkio-weight")
    return resources
  }

  private static func number(_ name: String, _ invocation: Invocation) throws -> Int64? {
    try invocation.integer(name).map { Int64($0) }
  }
}
