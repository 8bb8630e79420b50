internal import OCIRuntimeSpec

/// Limits of memory, in bytes; -1 is none, and 0 counts as not given (runc, libcontainer/cgroups/fs/memory.go).
func memorySettings(_ memory: Resources.Memory?) throws(CgroupError) -> [ResourceSetting] {
  guard let memory else { return [] }
  let root = "linux.resources.memory"
  var settings = try limitSettings(memory, root)
  if let reservation = given(memory.reservation) {
    let path = "\(root).reservation"
    settings.append(
      ResourceSetting(
        path, "memory",
        v1: [
          .write(CgroupWrite(file: "memory.soft_limit_in_bytes", value: String(reservation), reason: path))
        ],
        v2: [.write(CgroupWrite(file: "memory.low", value: unifiedBytes(reservation), reason: path))]))
  }
  // No limit is what a new cgroup has. Any other is refused by v1 kernels since 5.16 (ENOTSUPP), taken without effect by
  // those since 6.7, and v2 never had one: so what was written is read again.
  if let kernel = given(memory.kernel), kernel > 0 {
    let path = "\(root).kernel"
    let write = CgroupWrite(file: "memory.kmem.limit_in_bytes", value: String(kernel), reason: path)
    let check = CgroupStep.require(file: write.file, atMost: kernel, reason: path)
    settings.append(ResourceSetting(path, "memory", v1: [.write(write), check], v2: nil))
  }
  if let kernelTCP = given(memory.kernelTCP) {
    let path = "\(root).kernelTCP"
    let write = CgroupWrite(file: "memory.kmem.tcp.limit_in_bytes", value: String(kernelTCP), reason: path)
    // v2 accounts those buffers with the rest, and has nothing of its own to lift.
    settings.append(ResourceSetting(path, "memory", v1: [.write(write)], v2: kernelTCP < 0 ? [] : nil))
  }
  if let swappiness = memory.swappiness {
    let path = "\(root).swappiness"
    guard swappiness <= 100 else {
      throw .refused(path: path, problem: "\(swappiness) is out of range, needed 0 to 100")
    }
    let write = CgroupWrite(file: "memory.swappiness", value: String(swappiness), reason: path)
    settings.append(ResourceSetting(path, "memory", v1: [.write(write)], v2: nil))
  }
  if memory.disableOOMKiller == true {
    let path = "\(root).disableOOMKiller"
    let write = CgroupWrite(file: "memory.oom_control", value: "1", reason: path)
    settings.append(ResourceSetting(path, "memory", v1: [.write(write)], v2: nil))
  }
  if let useHierarchy = memory.useHierarchy {
    let path = "\(root).useHierarchy"
    let write = CgroupWrite(file: "memory.use_hierarchy", value: useHierarchy ? "1" : "0", reason: path)
    // v2 always accounts down the tree.
    settings.append(ResourceSetting(path, "memory", v1: [.write(write)], v2: useHierarchy ? [] : nil))
  }
  return settings
}

private func limitSettings(_ memory: Resources.Memory, _ root: String) throws(CgroupError)
  -> [ResourceSetting]
{
  let limit = given(memory.limit)
  let swap = given(memory.swap)
  guard limit != nil || swap != nil else { return [] }
  let plain = limit.map {
    CgroupWrite(file: "memory.limit_in_bytes", value: String($0), reason: "\(root).limit")
  }
  let both = swap.map {
    CgroupWrite(file: "memory.memsw.limit_in_bytes", value: String($0), reason: "\(root).swap")
  }
  let v1: [CgroupStep] =
    if let plain, let both { [.writePair(plain, both)] } else {
      [plain, both].compactMap { $0.map { .write($0) } }
    }

  var v2: [CgroupStep] = []
  if memory.checkBeforeUpdate == true, let limit, limit > 0 {
    // v2 would rather kill than refuse a limit below what is in use; v1 refuses on its own.
    v2.append(.require(file: "memory.current", atMost: limit, reason: "\(root).checkBeforeUpdate"))
  }
  if let swapOnly = try unifiedSwap(limit: limit, swap: swap, root) {
    let write = CgroupWrite(file: "memory.swap.max", value: swapOnly, reason: "\(root).swap")
    // A kernel without swap accounting has no such file, and then nothing needs to be lifted.
    v2.append(swapOnly == "max" ? .writeIfPresent(write) : .write(write))
  }
  if let limit {
    v2.append(.write(CgroupWrite(file: "memory.max", value: unifiedBytes(limit), reason: "\(root).limit")))
  }
  return [ResourceSetting(limit == nil ? "\(root).swap" : "\(root).limit", "memory", v1: v1, v2: v2)]
}

/// The document counts memory and swap together, v2 counts swap alone (runc, ConvertMemorySwapToCgroupV2Value).
private func unifiedSwap(limit: Int64?, swap: Int64?, _ root: String) throws(CgroupError) -> String? {
  guard let swap else { return limit == -1 ? "max" : nil }
  if swap < 0 { return "max" }
  guard let limit, limit > 0 else {
    throw .refused(path: "\(root).swap", problem: "limits swap without memory, needed \"limit\" as well")
  }
  guard swap >= limit else {
    throw .refused(
      path: "\(root).swap",
      problem: "\(swap) is less than the limit \(limit), needed memory and swap together")
  }
  return String(swap - limit)
}

private func unifiedBytes(_ bytes: Int64) -> String { bytes < 0 ? "max" : String(bytes) }

private func given(_ value: Int64?) -> Int64? { value == 0 ? nil : value }
