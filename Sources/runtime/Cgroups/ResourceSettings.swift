internal import OCIRuntimeSpec

typealias Resources = RuntimeSpec.Linux.Resources

/// All limits of `resources` but devices, in the order they are written (runtime-spec config-linux.md, Control groups).
/// A number that the document leaves at 0 is "not set" where runc and crun read it so.
/// - Throws: `CgroupError.refused` for values that no version takes.
func resourceSettings(_ resources: Resources) throws(CgroupError) -> [ResourceSetting] {
  // cpuset before everything: a v1 cpuset without CPUs takes no process.
  var settings = cpusetSettings(resources.cpu)
  settings += try memorySettings(resources.memory)
  settings += try cpuSettings(resources.cpu)
  settings += pidsSettings(resources.pids)
  settings += blockSettings(resources.blockIO)
  settings += try hugepageSettings(resources.hugepageLimits ?? [])
  settings += networkSettings(resources.network)
  settings += try rdmaSettings(resources.rdma ?? [:])
  // Last, as the specification has it: values for files may refine what stands above.
  settings += try unifiedSettings(resources.unified ?? [:])
  return settings
}

private func cpusetSettings(_ cpu: Resources.CPU?) -> [ResourceSetting] {
  [("cpus", cpu?.cpus), ("mems", cpu?.mems)].compactMap { (name, value) in
    guard let value, !value.isEmpty else { return nil }
    let path = "linux.resources.cpu.\(name)"
    let step = CgroupStep.write(CgroupWrite(file: "cpuset.\(name)", value: value, reason: path))
    return ResourceSetting(path, "cpuset", v1: [step], v2: [step])
  }
}

/// 0 is a limit like any other, -1 is none (runtime-spec 1.3, config-linux.md, PIDs). It is written as 1, as runc does since
/// 1.4: either lets the one process that is there make no other, and systemd has no TasksMax of 0.
private func pidsSettings(_ pids: Resources.PIDs?) -> [ResourceSetting] {
  guard let limit = pids?.limit else { return [] }
  let path = "linux.resources.pids.limit"
  let step = CgroupStep.write(
    CgroupWrite(file: "pids.max", value: limit < 0 ? "max" : String(max(limit, 1)), reason: path))
  return [ResourceSetting(path, "pids", v1: [step], v2: [step])]
}

private func hugepageSettings(_ limits: [Resources.HugepageLimit]) throws(CgroupError) -> [ResourceSetting] {
  var settings: [ResourceSetting] = []
  for (index, limit) in limits.enumerated() {
    let path = "linux.resources.hugepageLimits[\(index)]"
    // The size becomes part of a file name.
    guard limit.pageSize.hasSuffix("B"),
      limit.pageSize.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
    else {
      throw .refused(
        path: "\(path).pageSize", problem: "\"\(limit.pageSize)\" is no page size, needed one such as \"2MB\""
      )
    }
    func writes(_ suffix: String) -> [CgroupStep] {
      let file = "hugetlb.\(limit.pageSize)"
      // Reservations are limited as well (Linux 5.7): without, a process may reserve past the limit and die of SIGBUS.
      return [
        .write(CgroupWrite(file: "\(file).\(suffix)", value: String(limit.limit), reason: path)),
        .writeIfPresent(
          CgroupWrite(file: "\(file).rsvd.\(suffix)", value: String(limit.limit), reason: path)),
      ]
    }
    settings.append(ResourceSetting(path, "hugetlb", v1: writes("limit_in_bytes"), v2: writes("max")))
  }
  return settings
}

private func networkSettings(_ network: Resources.Network?) -> [ResourceSetting] {
  var settings: [ResourceSetting] = []
  if let classID = network?.classID, classID != 0 {
    let path = "linux.resources.network.classID"
    let write = CgroupWrite(file: "net_cls.classid", value: String(classID), reason: path)
    settings.append(ResourceSetting(path, "net_cls", v1: [.write(write)], v2: nil))
  }
  if let priorities = network?.priorities, !priorities.isEmpty {
    let path = "linux.resources.network.priorities"
    let values = priorities.map { "\($0.name) \($0.priority)" }
    settings.append(
      ResourceSetting(
        path, "net_prio", v1: [.writeEach(file: "net_prio.ifpriomap", values: values, reason: path)], v2: nil)
    )
  }
  return settings
}

/// "You MUST specify at least one of the hcaHandles or hcaObjects" (config-linux.md, RDMA). What is not given keeps the
/// kernel's `max`.
private func rdmaSettings(_ rdma: [String: Resources.RDMA]) throws(CgroupError) -> [ResourceSetting] {
  var settings: [ResourceSetting] = []
  for (device, limit) in rdma.sorted(by: { $0.key < $1.key }) {
    let path = "linux.resources.rdma[\"\(device)\"]"
    // The name is the first word of a line.
    guard !device.isEmpty, !device.contains(where: \.isWhitespace) else {
      throw .refused(path: path, problem: "\"\(device)\" is no device, needed one such as \"mlx5_1\"")
    }
    guard limit.hcaHandles != nil || limit.hcaObjects != nil else {
      throw .refused(path: path, problem: "limits nothing, needed \"hcaHandles\" or \"hcaObjects\"")
    }
    let handles = limit.hcaHandles.map { " hca_handle=\($0)" } ?? ""
    let objects = limit.hcaObjects.map { " hca_object=\($0)" } ?? ""
    let step = CgroupStep.write(
      CgroupWrite(file: "rdma.max", value: "\(device)\(handles)\(objects)", reason: path))
    settings.append(ResourceSetting(path, "rdma", v1: [step], v2: [step]))
  }
  return settings
}

/// The controller is the file's name up to the first dot; files called `cgroup.…` belong to none.
private func unifiedSettings(_ unified: [String: String]) throws(CgroupError) -> [ResourceSetting] {
  var settings: [ResourceSetting] = []
  for (file, value) in inOrder(unified) {
    let path = "linux.resources.unified[\"\(file)\"]"
    guard let dot = file.firstIndex(of: "."), dot != file.startIndex, !file.contains("/"),
      !file.utf8.contains(0)
    else {
      throw .refused(
        path: path, problem: "\"\(file)\" is no file of a cgroup, needed a name such as \"memory.high\"")
    }
    let controller = String(file[..<dot])
    settings.append(
      ResourceSetting(
        path, unified: controller == "cgroup" ? nil : controller,
        v2: lines(value).map { .write(CgroupWrite(file: file, value: $0, reason: path)) }))
  }
  return settings
}

/// By name, but idle after the weight, which an idle cgroup does not take.
private func inOrder(_ unified: [String: String]) -> [(key: String, value: String)] {
  let sorted = unified.sorted { $0.key < $1.key }
  let isLast: ((key: String, value: String)) -> Bool = { $0.key == "cpu.idle" && $0.value != "0" }
  return sorted.filter { !isLast($0) } + sorted.filter(isLast)
}

/// The kernel takes one line a write of files with a line for each device (cgroup-v2.rst, nested keyed files).
private func lines(_ value: String) -> [String] {
  let lines = value.split(separator: "\n").map(String.init)
  return lines.count > 1 ? lines : [value]
}
