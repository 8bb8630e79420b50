internal import OCIRuntimeSpec

/// Shares and rates of disks. The weights are the I/O scheduler's: CFQ's files on old v1 kernels, BFQ's since, and on
/// v2 BFQ's or the cost model's (runc, libcontainer/cgroups/fs/blkio.go and fs2/io.go).
func blockSettings(_ block: Resources.BlockIO?) -> [ResourceSetting] {
  guard let block else { return [] }
  let root = "linux.resources.blockIO"
  var settings: [ResourceSetting] = []
  if let weight = given(block.weight) {
    let path = "\(root).weight"
    settings.append(
      setting(
        path, v1: .writeFirst(eitherScheduler("weight", String(weight), path)),
        v2: .writeFirst([
          CgroupWrite(file: "io.bfq.weight", value: String(weight), reason: path),
          CgroupWrite(file: "io.weight", value: String(costWeight(weight)), reason: path),
        ])))
  }
  if let weight = given(block.leafWeight) {
    let path = "\(root).leafWeight"
    settings.append(
      setting(path, v1: .writeFirst(eitherScheduler("leaf_weight", String(weight), path)), v2: nil))
  }
  for (index, device) in (block.weightDevice ?? []).enumerated() {
    let path = "\(root).weightDevice[\(index)]"
    if let weight = given(device.weight) {
      let value = "\(device.major):\(device.minor) \(weight)"
      settings.append(
        setting(
          "\(path).weight", v1: .writeFirst(eitherScheduler("weight_device", value, "\(path).weight")),
          v2: .writeFirst([
            CgroupWrite(file: "io.bfq.weight", value: value, reason: "\(path).weight"),
            CgroupWrite(
              file: "io.weight", value: "\(device.major):\(device.minor) \(costWeight(weight))",
              reason: "\(path).weight"),
          ])))
    }
    if let weight = given(device.leafWeight) {
      let value = "\(device.major):\(device.minor) \(weight)"
      settings.append(
        setting(
          "\(path).leafWeight",
          v1: .writeFirst(eitherScheduler("leaf_weight_device", value, "\(path).leafWeight")),
          v2: nil))
    }
  }
  let rates: [(String, [Resources.BlockIO.ThrottleDevice]?, String, String)] = [
    ("throttleReadBpsDevice", block.throttleReadBpsDevice, "read_bps_device", "rbps"),
    ("throttleWriteBpsDevice", block.throttleWriteBpsDevice, "write_bps_device", "wbps"),
    ("throttleReadIOPSDevice", block.throttleReadIOPSDevice, "read_iops_device", "riops"),
    ("throttleWriteIOPSDevice", block.throttleWriteIOPSDevice, "write_iops_device", "wiops"),
  ]
  for (name, devices, file, key) in rates {
    for (index, device) in (devices ?? []).enumerated() {
      let path = "\(root).\(name)[\(index)]"
      let number = "\(device.major):\(device.minor)"
      settings.append(
        setting(
          path,
          v1: .write(
            CgroupWrite(file: "blkio.throttle.\(file)", value: "\(number) \(device.rate)", reason: path)),
          // 0 lifts the limit on v1; v2 wants the word.
          v2: .write(
            CgroupWrite(
              file: "io.max", value: "\(number) \(key)=\(device.rate == 0 ? "max" : String(device.rate))",
              reason: path))))
    }
  }
  return settings
}

private func setting(_ path: String, v1: CgroupStep, v2: CgroupStep?) -> ResourceSetting {
  ResourceSetting(path, "blkio", unified: "io", v1: [v1], v2: v2.map { [$0] })
}

private func eitherScheduler(_ file: String, _ value: String, _ path: String) -> [CgroupWrite] {
  ["blkio.\(file)", "blkio.bfq.\(file)"].map { CgroupWrite(file: $0, value: value, reason: path) }
}

/// 10 to 1000 in a straight line to 1 to 10000, the cost model's range (runc, ConvertBlkIOToIOWeightValue).
private func costWeight(_ weight: UInt16) -> UInt64 { 1 + (max(UInt64(weight), 10) - 10) * 9999 / 990 }

private func given(_ weight: UInt16?) -> UInt16? { weight == 0 ? nil : weight }
