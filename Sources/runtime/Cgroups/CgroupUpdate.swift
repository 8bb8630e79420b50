internal import LinuxSystem
package import OCIRuntimeSpec

/// New limits for a cgroup that is in use: decided as a whole, written as a whole or not at all, as far as the kernel
/// takes old values back.
package struct CgroupUpdate: Sendable, Equatable {
  private let changes: [Change]
  /// What stays as it is and may have to be written again, see `writtenOverBySystemd`.
  private let others: [Change]
  private let devices: DeviceUpdate?

  private struct Change: Sendable, Equatable {
    let directory: String
    let step: CgroupStep
    let isUnified: Bool
  }

  /// Decides what to write.
  /// - Parameters:
  ///   - resources: what is asked for.
  ///   - merged: the container's resources as they will be. Values that the kernel takes as one are completed from it:
  ///     swap counts together with memory, and on v2 a period stands in one file with its quota.
  ///   - deviceRules: those in force, which `resources` may replace; nil where devices are not restricted.
  /// - Throws: `CgroupError.refused` for what cannot be had in this cgroup.
  package init(
    _ resources: RuntimeSpec.Linux.Resources, merged: RuntimeSpec.Linux.Resources,
    replacing deviceRules: [RuntimeSpec.Linux.Resources.DeviceRule]? = nil, layout: CgroupLayout,
    directory: CgroupDirectory
  ) throws(CgroupError) {
    let changes = try CgroupUpdate.changes(
      CgroupUpdate.completed(resources, from: merged), layout, directory)
    let files = Set(changes.flatMap { $0.step.writes.map(\.file) })
    others = try CgroupUpdate.changes(merged, layout, directory).filter { change in
      change.step.writes.contains { writtenOverBySystemd.contains($0.file) }
        && !change.step.writes.contains { files.contains($0.file) }
    }
    self.changes = changes
    if let old = deviceRules, let new = resources.devices {
      devices = try DeviceUpdate(from: old, to: new, layout: layout, directory: directory)
    } else {
      devices = nil
    }
  }

  private static func changes(
    _ resources: Resources, _ layout: CgroupLayout, _ directory: CgroupDirectory
  ) throws(CgroupError) -> [Change] {
    var changes: [Change] = []
    for setting in try resourceSettings(resources) {
      switch setting.place(in: layout) {
      case .hierarchy(let index, let steps):
        let key = layout.hierarchies[index].key
        guard let entry = directory.entries.first(where: { $0.key == key }) else {
          throw .refused(path: setting.path, problem: "the container has no cgroup for it")
        }
        changes += steps.map { Change(directory: entry.path, step: $0, isUnified: key.isEmpty) }
      case .unsupported(let problem), .missing(let problem):
        throw .refused(path: setting.path, problem: problem)
      }
    }
    return changes
  }

  private static func completed(_ new: Resources, from merged: Resources) -> Resources {
    var all = new
    if let memory = new.memory, memory.limit != nil || memory.swap != nil {
      all.memory?.limit = merged.memory?.limit
      all.memory?.swap = merged.memory?.swap
      all.memory?.checkBeforeUpdate = merged.memory?.checkBeforeUpdate
    }
    if let cpu = new.cpu, cpu.quota != nil || cpu.period != nil {
      all.cpu?.quota = merged.cpu?.quota
      all.cpu?.period = merged.cpu?.period
    }
    // Who leaves idle has a weight again.
    if new.cpu?.idle == 0 { all.cpu?.shares = merged.cpu?.shares }
    return all
  }

  /// Writes everything.
  /// - Parameter unit: the unit that the cgroup is, which systemd is told as well.
  /// - Throws: `CgroupError` with the JSON path of what the kernel refused, or systemd's words; then the old values are
  ///   there again.
  package func perform(in unit: SystemdUnit? = nil) throws(CgroupError) {
    try devices?.perform()
    do throws(CgroupError) {
      let undo = try write()
      guard let unit else { return }
      do throws(CgroupError) {
        // After the files, whose old values we have: systemd takes all or nothing.
        try unit.set(
          (devices?.properties ?? []) + systemdProperties(of: changes.map { ($0.step, $0.isUnified) }))
        // It has written the files itself, some of them rounded.
        try devices?.repeatAfterSystemd()
        for other in others { try Cgroups.perform(other.step, other.directory) }
        _ = try write()
      } catch {
        CgroupUpdate.restore(undo)
        throw error
      }
    } catch {
      devices?.undo()
      throw error
    }
  }

  /// - Returns: what was there before.
  private func write() throws(CgroupError) -> [CgroupFileValue] {
    var undo: [CgroupFileValue] = []
    for change in changes {
      do throws(CgroupError) {
        for write in change.step.writes {
          if let value = try CgroupFileValue(write, in: change.directory) { undo.append(value) }
        }
        try Cgroups.perform(change.step, change.directory)
      } catch {
        CgroupUpdate.restore(undo)
        throw error
      }
    }
    return undo
  }

  /// Backwards, and then those again that did not fit while others were still new.
  private static func restore(_ values: [CgroupFileValue]) {
    for value in values.reversed().filter({ !$0.restore() }) where !value.restore() {
      StandardDescriptor.error.print("cgroup: \(value.path) keeps its new value\n")
    }
  }
}

/// The files to which systemd writes another value when it is told of a limit, since it has no word for theirs or none as
/// exact: it applies all that it knows of a controller at once, and of others with it (src/core/cgroup.c,
/// cgroup_context_apply).
private let writtenOverBySystemd: Set<String> = [
  // It rounds the quota, and older kernels lose the burst with each.
  "cpu.max", "cpu.max.burst", "cpu.cfs_quota_us", "cpu.cfs_period_us", "cpu.cfs_burst_us", "cpu.idle",
  "memory.oom.group", "memory.zswap.max", "io.bfq.weight",
]

/// What a file held before it was written.
private struct CgroupFileValue {
  let path: String
  private let old: String

  /// - Returns: nil when there is no such file, and so nothing to take back.
  init?(_ write: CgroupWrite, in directory: String) throws(CgroupError) {
    path = "\(directory)/\(write.file)"
    let text: String
    do throws(SystemError) { text = try readText(path) } catch {
      if error.code == ErrorCode.noEntry { return nil }
      throw .failed(path: write.reason, error)
    }
    // A file with a line for each device takes one line a write, and a device that has none has no limit.
    guard let device = write.value.split(separator: " ").first, device.contains(":") else {
      old = text.isEmpty ? CgroupFileValue.inherited(path) : text
      return
    }
    let line = text.split(separator: "\n").first { $0.split(separator: " ").first == device }
    let key = write.value.split(separator: " ").last?.split(separator: "=").first ?? ""
    old = line.map(String.init) ?? (write.value.contains("=") ? "\(device) \(key)=max" : "\(device) 0")
  }

  /// What stands for an empty value: on v2 the list that is in force, as a cpuset with processes in it takes no empty one
  /// again (kernel/cgroup/cpuset.c, validate_change); else an empty line.
  private static func inherited(_ path: String) -> String {
    do throws(SystemError) { return try readText("\(path).effective") } catch { return "\n" }
  }

  /// - Returns: whether the kernel took it.
  func restore() -> Bool {
    do throws(SystemError) {
      try writeExistingFile(path, old)
      return true
    } catch { return false }
  }
}
