internal import LinuxSystem

extension CgroupStatistics {
  /// Times in nanoseconds.
  package struct CPU: Sendable, Equatable {
    package var total: UInt64 = 0
    package var kernel: UInt64 = 0
    package var user: UInt64 = 0
    /// v1 only.
    package var perProcessor: [UInt64] = []
    package var perProcessorKernel: [UInt64] = []
    package var perProcessorUser: [UInt64] = []
    package var periods: UInt64 = 0
    package var throttledPeriods: UInt64 = 0
    package var throttledTime: UInt64 = 0
    /// nil where the kernel does not count it.
    package var pressure: Pressure?
  }
}

func processorTimeV1(_ path: String) throws(SystemError) -> CgroupStatistics.CPU {
  var cpu = CgroupStatistics.CPU()
  cpu.total = try CounterFile("\(path)/cpuacct.usage").number
  cpu.user = try CounterFile("\(path)/cpuacct.usage_user").number
  cpu.kernel = try CounterFile("\(path)/cpuacct.usage_sys").number
  cpu.perProcessor = try CounterFile("\(path)/cpuacct.usage_percpu").text.split(separator: " ").compactMap {
    UInt64($0)
  }
  // A heading, then a line for each CPU: its number, user, system (kernel/sched/cpuacct.c).
  for line in try CounterFile("\(path)/cpuacct.usage_all").text.split(separator: "\n").dropFirst() {
    let fields = line.split(separator: " ").compactMap { UInt64($0) }
    guard fields.count == 3 else { continue }
    cpu.perProcessorUser.append(fields[1])
    cpu.perProcessorKernel.append(fields[2])
  }
  return cpu
}

func processorTimeV2(_ path: String) throws(SystemError) -> CgroupStatistics.CPU {
  var cpu = CgroupStatistics.CPU()
  let lines = try CounterFile("\(path)/cpu.stat").table
  cpu.total = (lines["usage_usec"] ?? 0) * 1000
  cpu.user = (lines["user_usec"] ?? 0) * 1000
  cpu.kernel = (lines["system_usec"] ?? 0) * 1000
  try addThrottling(path, to: &cpu, unit: 1000)
  return cpu
}

func addThrottling(
  _ path: String, to cpu: inout CgroupStatistics.CPU, unit: UInt64
) throws(SystemError) {
  let lines = try CounterFile("\(path)/cpu.stat").table
  cpu.periods = lines["nr_periods"] ?? 0
  cpu.throttledPeriods = lines["nr_throttled"] ?? 0
  cpu.throttledTime = (lines["throttled_time"] ?? lines["throttled_usec"] ?? 0) * unit
}
