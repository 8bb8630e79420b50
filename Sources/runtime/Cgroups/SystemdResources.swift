internal import LinuxBus

// The limits as systemd knows them (systemd.resource-control(5), org.freedesktop.systemd1(5)), read off the files that
// the plan writes anyway: one meaning for each limit, and values under `unified` come along. What systemd does not know
// is only written. What it does know is told to it as well, as it may write to the files again at any time.

/// Each property once, the last value counts, in the order in which they first came.
/// - Parameter steps: what is written, and whether to the unified hierarchy.
func systemdProperties(of steps: [(step: CgroupStep, isUnified: Bool)]) -> [SystemdProperty] {
  var found: [SystemdProperty] = []
  var (weight, quota) = (CPUShare(), CPUQuota())
  for (step, isUnified) in steps {
    for write in step.writes where !weight.take(write, isUnified) && !quota.take(write) {
      guard let property = write.systemdProperty(unified: isUnified) else { continue }
      if let index = found.firstIndex(where: { $0.name == property.name }) {
        found[index] = property
      } else {
        found.append(property)
      }
    }
  }
  return found + weight.properties + quota.properties
}

extension CgroupPlan {
  /// What systemd is told of the plan's limits.
  var systemdProperties: [SystemdProperty] {
    Cgroups.systemdProperties(
      of: directories.flatMap { directory in
        directory.steps.map { ($0, directory.hierarchy.isUnified) }
      })
  }

  /// Whether a controller is used through the unified hierarchy.
  func isUnified(_ controller: String) -> Bool {
    !directories.contains { $0.hierarchy.controllers.contains(controller == "io" ? "blkio" : controller) }
  }
}

extension CgroupStep {
  /// The values that it writes, of files with one value each.
  var writes: [CgroupWrite] {
    switch self {
    case .write(let write), .writeIfPresent(let write): [write]
    case .writePair(let first, let second): [first, second]
    case .writeFirst(let writes): writes
    case .writeEach, .require, .own, .filterDevices: []
    }
  }
}

extension CgroupWrite {
  fileprivate func systemdProperty(unified: Bool) -> SystemdProperty? {
    switch file {
    case "memory.max": number("MemoryMax")
    case "memory.high": number("MemoryHigh")
    case "memory.low": number("MemoryLow")
    case "memory.min": number("MemoryMin")
    case "memory.swap.max": number("MemorySwapMax")
    case "memory.limit_in_bytes": number("MemoryLimit")
    case "cpu.shares": number("CPUShares")
    case "io.weight": number("IOWeight")
    case "blkio.weight": number("BlockIOWeight")
    case "pids.max": number("TasksMax")
    // On v1 systemd leaves processors and memory nodes alone.
    case "cpuset.cpus": unified ? mask("AllowedCPUs") : nil
    case "cpuset.mems": unified ? mask("AllowedMemoryNodes") : nil
    default: nil
    }
  }

  /// `max` and -1 are systemd's infinity; a value that is no number says something that systemd has no word for.
  private func number(_ property: String) -> SystemdProperty? {
    let text = value.filter { !$0.isWhitespace }
    if text == "max" || text == "-1" { return SystemdProperty(property, .uint64(.max)) }
    return UInt64(text).map { SystemdProperty(property, .uint64($0)) }
  }

  /// A list such as `0-2,7` as bits, the lowest first.
  private func mask(_ property: String) -> SystemdProperty? {
    var bytes: [UInt8] = []
    for range in value.split(separator: ",") {
      let ends = range.split(separator: "-", omittingEmptySubsequences: false).map {
        Int($0.filter { !$0.isWhitespace })
      }
      guard ends.count <= 2, let first = ends.first ?? nil, let last = ends.last ?? nil, first >= 0,
        first <= last, last < 65536
      else { return nil }
      while bytes.count <= last / 8 { bytes.append(0) }
      for bit in first...last { bytes[bit / 8] |= 1 << UInt8(bit % 8) }
    }
    return bytes.isEmpty ? nil : SystemdProperty(property, .bytes(bytes))
  }
}

extension SystemdProperty {
  /// What stands for `cpu.idle`, which excludes any other weight.
  static let idleWeight = SystemdProperty("CPUWeight", .uint64(0))
}

/// The weight on v2, of which idle is one to systemd.
private struct CPUShare {
  private var weight: UInt64?
  private var isIdle: Bool?

  /// - Returns: whether the write is of its business.
  mutating func take(_ write: CgroupWrite, _ isUnified: Bool) -> Bool {
    let value = UInt64(write.value.filter { !$0.isWhitespace })
    switch write.file {
    case "cpu.weight": weight = value
    case "cpu.idle" where isUnified: isIdle = value == 1
    default: return false
    }
    return true
  }

  var properties: [SystemdProperty] {
    if isIdle == true { return [.idleWeight] }
    // Idle no more, and no weight asked for: systemd's word for none.
    guard let value = weight ?? (isIdle == nil ? nil : .max) else { return [] }
    return [SystemdProperty("CPUWeight", .uint64(value))]
  }
}

/// The part of a processor's time, which systemd counts for each second and in hundredths.
private struct CPUQuota {
  private var quota: Int64?
  private var period: UInt64?
  private var isGiven = false

  /// - Returns: whether the write is of its business.
  mutating func take(_ write: CgroupWrite) -> Bool {
    switch write.file {
    case "cpu.cfs_quota_us": quota = Int64(write.value)
    case "cpu.cfs_period_us": period = UInt64(write.value)
    case "cpu.max":
      let words = write.value.split(whereSeparator: \.isWhitespace)
      quota = words.first.flatMap { Int64($0) }
      if words.count > 1 { period = UInt64(words[1]) }
    default: return false
    }
    isGiven = true
    return true
  }

  var properties: [SystemdProperty] {
    guard isGiven else { return [] }
    var properties: [SystemdProperty] = []
    if let period { properties.append(SystemdProperty("CPUQuotaPeriodUSec", .uint64(period))) }
    var perSecond = UInt64.max
    if let quota, quota > 0 {
      // 100 ms is the kernel's own period (kernel sched-bwc.rst).
      let (product, overflow) = UInt64(quota).multipliedReportingOverflow(by: 1_000_000)
      let exact = overflow ? UInt64.max : product / max(period ?? 100_000, 1)
      // Up to the next hundredth of a processor: systemd would round down, to below what the file says.
      if !overflow { perSecond = (exact + 9999) / 10_000 * 10_000 }
    }
    return properties + [SystemdProperty("CPUQuotaPerSecUSec", .uint64(perSecond))]
  }
}
