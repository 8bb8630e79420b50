internal import OCIRuntimeSpec

/// CPU time; numbers in microseconds, 0 counts as not given (runc, libcontainer/cgroups/fs/cpu.go and fs2/cpu.go).
func cpuSettings(_ cpu: Resources.CPU?) throws(CgroupError) -> [ResourceSetting] {
  guard let cpu else { return [] }
  let root = "linux.resources.cpu"
  var settings: [ResourceSetting] = []
  // Real time first: the kernel gives none to a cgroup whose period does not fit its parent's.
  if let period = given(cpu.realtimePeriod) {
    settings.append(v1Only("\(root).realtimePeriod", "cpu.rt_period_us", String(period)))
  }
  if let runtime = given(cpu.realtimeRuntime) {
    settings.append(v1Only("\(root).realtimeRuntime", "cpu.rt_runtime_us", String(runtime)))
  }
  let idle = cpu.idle.map { CgroupWrite(file: "cpu.idle", value: String($0), reason: "\(root).idle") }
  // An idle cgroup's weight cannot be changed (kernel/sched/fair.c, sched_group_set_shares): out of idle before the
  // shares, which an update may find it in, and into it after them.
  if given(cpu.shares) != nil, let idle {
    let step = CgroupStep.writeIfPresent(CgroupWrite(file: idle.file, value: "0", reason: idle.reason))
    settings.append(ResourceSetting(idle.reason, "cpu", v1: [step], v2: [step]))
  }
  if let shares = given(cpu.shares) {
    let path = "\(root).shares"
    // The kernel would silently take the nearest value (kernel/sched/core.c, MIN_SHARES and MAX_SHARES).
    guard (2...262_144).contains(shares) else {
      throw .refused(path: path, problem: "\(shares) is out of range, needed 2 to 262144")
    }
    settings.append(
      ResourceSetting(
        path, "cpu", v1: [.write(CgroupWrite(file: "cpu.shares", value: String(shares), reason: path))],
        v2: [.write(CgroupWrite(file: "cpu.weight", value: String(cpuWeight(shares: shares)), reason: path))])
    )
  }
  if let bandwidth = bandwidthSetting(cpu, root) { settings.append(bandwidth) }
  // After the quota, which it may not exceed.
  if let burst = cpu.burst {
    let path = "\(root).burst"
    settings.append(
      ResourceSetting(
        path, "cpu", v1: [.write(CgroupWrite(file: "cpu.cfs_burst_us", value: String(burst), reason: path))],
        v2: [.write(CgroupWrite(file: "cpu.max.burst", value: String(burst), reason: path))]))
  }
  if let idle {
    settings.append(ResourceSetting(idle.reason, "cpu", v1: [.write(idle)], v2: [.write(idle)]))
  }
  return settings
}

private func bandwidthSetting(_ cpu: Resources.CPU, _ root: String) -> ResourceSetting? {
  let quota = given(cpu.quota)
  let period = given(cpu.period)
  guard quota != nil || period != nil else { return nil }
  let periodWrite = period.map {
    CgroupWrite(file: "cpu.cfs_period_us", value: String($0), reason: "\(root).period")
  }
  let quotaWrite = quota.map {
    CgroupWrite(file: "cpu.cfs_quota_us", value: String($0 < 0 ? -1 : $0), reason: "\(root).quota")
  }
  let v1: [CgroupStep] =
    if let periodWrite, let quotaWrite {
      [.writePair(periodWrite, quotaWrite)]
    } else { [periodWrite, quotaWrite].compactMap { $0.map { .write($0) } } }

  let path = quota == nil ? "\(root).period" : "\(root).quota"
  let time = quota.map { $0 < 0 ? "max" : String($0) } ?? "max"
  let value = period.map { "\(time) \($0)" } ?? time
  return ResourceSetting(
    path, "cpu", v1: v1, v2: [.write(CgroupWrite(file: "cpu.max", value: value, reason: path))])
}

private func v1Only(_ path: String, _ file: String, _ value: String) -> ResourceSetting {
  ResourceSetting(
    path, "cpu", v1: [.write(CgroupWrite(file: file, value: value, reason: path))], v2: nil)
}

private func given<Number: BinaryInteger>(_ value: Number?) -> Number? { value == 0 ? nil : value }
