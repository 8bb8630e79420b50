package import OCIRuntimeSpec
internal import Options

/// A device node's numbers, by which the kernel knows it.
package struct DeviceNumber: Sendable, Equatable {
  /// The driver's.
  package let major: Int64
  /// The device's.
  package let minor: Int64

  /// Names the two.
  package init(major: Int64, minor: Int64) {
    self.major = major
    self.minor = minor
  }
}

extension ResourceSettings {
  /// The bundle's `linux.resources`, without devices. Pure.
  ///
  /// `--cpus` is a quota of periods of 100 ms (moby, daemon_unix.go, getCPUResources).
  /// - Parameter devices: the numbers of each of `devicePaths`.
  package func compile(devices: [String: DeviceNumber] = [:]) -> RuntimeSpec.Linux.Resources {
    typealias Resources = RuntimeSpec.Linux.Resources
    var result = Resources()
    let memory = Resources.Memory(
      limit: memoryBytes, reservation: memoryReservationBytes, swap: memorySwapBytes,
      swappiness: memorySwappiness.map { UInt64($0) },
      disableOOMKiller: disablesOOMKiller == true ? true : nil)
    if memory != Resources.Memory() { result.memory = memory }
    let cpu = Resources.CPU(
      shares: cpuShares.map { UInt64($0) }, quota: nanoCPUs.map { $0 / 10_000 } ?? cpuQuotaMicroseconds,
      period: nanoCPUs != nil ? 100_000 : cpuPeriodMicroseconds.map { UInt64($0) },
      realtimeRuntime: realtimeRuntimeMicroseconds,
      realtimePeriod: realtimePeriodMicroseconds.map { UInt64($0) }, cpus: cpusetCPUs, mems: cpusetNodes)
    if cpu != Resources.CPU() { result.cpu = cpu }
    // To docker 0 is no limit, to the runtime it is one.
    if let pidsLimit { result.pids = Resources.PIDs(limit: pidsLimit == 0 ? -1 : pidsLimit) }
    func throttles(_ rates: [DeviceRate]) -> [Resources.BlockIO.ThrottleDevice]? {
      let list = rates.compactMap { rate in
        devices[rate.path].map {
          Resources.BlockIO.ThrottleDevice(major: $0.major, minor: $0.minor, rate: rate.rate)
        }
      }
      return list.isEmpty ? nil : list
    }
    let weights = blockWeightDevices.compactMap { weight in
      devices[weight.path].map {
        Resources.BlockIO.WeightDevice(major: $0.major, minor: $0.minor, weight: UInt16(weight.rate))
      }
    }
    let block = Resources.BlockIO(
      weight: blockWeight.map { UInt16($0) }, weightDevice: weights.isEmpty ? nil : weights,
      throttleReadBpsDevice: throttles(readBytes), throttleWriteBpsDevice: throttles(writeBytes),
      throttleReadIOPSDevice: throttles(readOperations), throttleWriteIOPSDevice: throttles(writeOperations))
    if block != Resources.BlockIO() { result.blockIO = block }
    return result
  }
}
