internal import LinuxSystem

extension CgroupStatistics {
  /// How much of the time processes waited for something that there was too little of (kernel accounting/psi.rst).
  package struct Pressure: Sendable, Equatable {
    /// At least one of them.
    package var some = Share()
    /// All of them at once.
    package var full = Share()

    /// Parts of the time that was spent waiting.
    package struct Share: Sendable, Equatable {
      /// Percent of the last ten seconds, minute and five minutes.
      package var average10 = 0.0
      package var average60 = 0.0
      package var average300 = 0.0
      /// In microseconds, since the cgroup was made.
      package var total: UInt64 = 0
    }
  }
}

/// Reads `cpu.pressure`, `memory.pressure` or `io.pressure` of a unified cgroup.
/// - Returns: nil where the kernel does not count it: without PSI, with it turned off at boot (EOPNOTSUPP) or for this
///   cgroup (`cgroup.pressure`).
func pressure(_ path: String) throws(SystemError) -> CgroupStatistics.Pressure? {
  let text = try CounterFile(path).text
  if text.isEmpty { return nil }
  var pressure = CgroupStatistics.Pressure()
  for line in text.split(separator: "\n") {
    let fields = line.split(separator: " ")
    switch fields.first {
    case "some": pressure.some = share(fields)
    // Of processors there is no such line before Linux 5.13.
    case "full": pressure.full = share(fields)
    default: continue
    }
  }
  return pressure
}

private func share(_ fields: [Substring]) -> CgroupStatistics.Pressure.Share {
  var share = CgroupStatistics.Pressure.Share()
  for field in fields.dropFirst() {
    let parts = field.split(separator: "=")
    guard parts.count == 2 else { continue }
    switch parts[0] {
    case "avg10": share.average10 = Double(parts[1]) ?? 0
    case "avg60": share.average60 = Double(parts[1]) ?? 0
    case "avg300": share.average300 = Double(parts[1]) ?? 0
    case "total": share.total = UInt64(parts[1]) ?? 0
    default: continue
    }
  }
  return share
}
