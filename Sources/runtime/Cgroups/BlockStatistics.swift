internal import LinuxSystem

extension CgroupStatistics {
  /// What was read and written, in bytes and in how many operations.
  package struct Block: Sendable, Equatable {
    package var bytes: [Transfer] = []
    package var operations: [Transfer] = []
    /// nil where the kernel does not count it.
    package var pressure: Pressure?
  }

  /// What one disk did in one direction.
  package struct Transfer: Sendable, Equatable {
    package let major: UInt64
    package let minor: UInt64
    /// `Read`, `Write`, …
    package let operation: String
    package let value: UInt64

    init?(_ device: Substring, _ operation: String, _ value: UInt64) {
      let numbers = device.split(separator: ":").compactMap { UInt64($0) }
      guard numbers.count == 2 else { return nil }
      (major, minor, self.operation, self.value) = (numbers[0], numbers[1], operation, value)
    }
  }
}

/// What the disks did, by the throttling of a v1 hierarchy.
func blockV1(_ path: String) throws(SystemError) -> CgroupStatistics.Block {
  func transfers(_ file: String) throws(SystemError) -> [CgroupStatistics.Transfer] {
    try CounterFile("\(path)/\(file)").text.split(separator: "\n").compactMap { line in
      let fields = line.split(separator: " ")
      guard fields.count == 3, let value = UInt64(fields[2]) else { return nil }
      return CgroupStatistics.Transfer(fields[0], String(fields[1]), value)
    }
  }
  return CgroupStatistics.Block(
    bytes: try transfers("blkio.throttle.io_service_bytes_recursive"),
    operations: try transfers("blkio.throttle.io_serviced_recursive"))
}

/// What the disks did, by `io.stat` of v2.
func blockV2(_ path: String) throws(SystemError) -> CgroupStatistics.Block {
  var block = CgroupStatistics.Block()
  for line in try CounterFile("\(path)/io.stat").text.split(separator: "\n") {
    let fields = line.split(separator: " ")
    for field in fields.dropFirst() {
      let parts = field.split(separator: "=")
      guard parts.count == 2, let value = UInt64(parts[1]) else { continue }
      let kind: String
      switch parts[0].first {
      case "r": kind = "Read"
      case "w": kind = "Write"
      case "d": kind = "Discard"
      default: continue
      }
      guard let transfer = CgroupStatistics.Transfer(fields[0], kind, value) else { continue }
      if parts[0].hasSuffix("bytes") {
        block.bytes.append(transfer)
      } else {
        block.operations.append(transfer)
      }
    }
  }
  return block
}
