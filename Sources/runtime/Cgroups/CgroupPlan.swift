internal import LinuxSystem
package import OCIRuntimeSpec

/// What is going to be made and written, in this order: decided before anything is touched.
package struct CgroupPlan: Sendable, Equatable {
  /// One for each hierarchy, in the layout's order.
  package let directories: [Directory]

  package init(directories: [Directory]) { self.directories = directories }

  /// A cgroup in one hierarchy.
  package struct Directory: Sendable, Equatable {
    /// Which hierarchy.
    package let hierarchy: CgroupLayout.Hierarchy
    /// The path below the mount point, from the first cgroup that may be missing.
    package let components: [String]
    /// Unified hierarchy: what every ancestor passes on, if it can.
    package let passedOn: [String]
    /// Unified hierarchy: those of `passedOn` that a limit needs.
    package let required: [Required]
    /// The writes, in order.
    package let steps: [CgroupStep]

    /// The absolute path.
    package var path: String { "\(hierarchy.mountPoint)/\(joinPath(components))" }
  }

  /// A controller without which a limit cannot be had.
  package struct Required: Sendable, Equatable {
    package let controller: String
    /// The JSON path of the limit.
    package let reason: String
  }
}

extension CgroupPlan {
  /// The unified hierarchy's part, or the rest: init is born in the one (clone3(2), CLONE_INTO_CGROUP) and moves
  /// into the others by itself, so they may be made while it already works.
  package func part(unified: Bool) -> CgroupPlan {
    CgroupPlan(directories: directories.filter { $0.hierarchy.isUnified == unified })
  }
}

/// One value for one file of a cgroup.
package struct CgroupWrite: Sendable, Equatable {
  package let file: String
  package let value: String
  /// The JSON path that asked for it.
  package let reason: String
}

/// One thing done to a cgroup's directory.
package enum CgroupStep: Sendable, Equatable {
  /// Write it.
  case write(CgroupWrite)
  /// Write it if the kernel has such a file; without it there is nothing to limit.
  case writeIfPresent(CgroupWrite)
  /// Write both. The kernel refuses (EINVAL) the order that is inconsistent halfway, as memory above memory and
  /// swap; which one that is depends on the values before, so the other order is tried then.
  case writePair(CgroupWrite, CgroupWrite)
  /// Write the first whose file exists.
  case writeFirst([CgroupWrite])
  /// Write several values to one file, one write each.
  case writeEach(file: String, values: [String], reason: String)
  /// Fail when the file's number is above.
  case require(file: String, atMost: Int64, reason: String)
  /// Give the directory, and those of the files that are there, to a user.
  case own(userID: UInt32, files: [String])
  /// Attach a device filter.
  case filterDevices(program: [UInt8], reason: String)
}

extension CgroupPlan {
  /// Decides what to make and write.
  /// - Parameters:
  ///   - resources: `linux.resources`; nil still restricts devices.
  ///   - path: where.
  ///   - layout: the machine's hierarchies.
  ///   - owner: who may divide the unified part up further; nil leaves it root's.
  ///   - restrictsDevices: false for whoever may not: in a user namespace nobody makes nodes, and those that are bound
  ///     are as the host has them.
  /// - Throws: `CgroupError.refused` with the JSON path of what cannot be had on this layout.
  package init(
    resources: RuntimeSpec.Linux.Resources?, path: CgroupPath, layout: CgroupLayout,
    owner: CgroupOwner? = nil,
    restrictsDevices: Bool = true
  ) throws(CgroupError) {
    let resources = resources ?? RuntimeSpec.Linux.Resources()
    var steps = layout.hierarchies.map { _ in [CgroupStep]() }
    var required: [Required] = []
    // Devices first: the step that guards security stands before those that only limit.
    let devices = try DeviceRules(resources.devices ?? [])
    if restrictsDevices {
      let deviceIndex = try layout.deviceHierarchy()
      steps[deviceIndex] += devices.steps(unified: layout.hierarchies[deviceIndex].isUnified)
    }

    for setting in try resourceSettings(resources) {
      switch setting.place(in: layout) {
      case .hierarchy(let index, let writes):
        steps[index] += writes
        if layout.hierarchies[index].isUnified, let controller = setting.unifiedController {
          required.append(Required(controller: controller, reason: setting.path))
        }
      case .unsupported(let problem), .missing(let problem):
        throw .refused(path: setting.path, problem: problem)
      }
    }

    if let owner, layout.mode == .v2, let index = layout.hierarchies.firstIndex(where: \.isUnified) {
      // Only on v2: delegation is not safe on v1 (config-linux.md, Cgroup ownership).
      steps[index].append(.own(userID: owner.userID, files: owner.files))
    }
    // On a hybrid machine the unified tree mostly serves to find and kill the processes; controllers are passed on
    // only for a limit. On v2 all are, so that a container's use can be accounted.
    let passedOn = layout.mode == .v2 || !required.isEmpty ? layout.unifiedControllers : []
    var directories: [Directory] = []
    for (index, hierarchy) in layout.hierarchies.enumerated() {
      directories.append(
        Directory(
          hierarchy: hierarchy, components: try path.components(in: hierarchy),
          passedOn: hierarchy.isUnified ? passedOn : [], required: hierarchy.isUnified ? required : [],
          steps: steps[index]))
    }
    self.directories = directories
  }
}

/// The JSON paths of resources that this engine cannot apply on `layout`, for refusing the document as a whole.
/// `CgroupPlan` refuses the first of them on its own. What is malformed is not listed: the plan says what is wrong.
package func unsupportedResources(
  in resources: RuntimeSpec.Linux.Resources, on layout: CgroupLayout
) -> [String] {
  do throws(CgroupError) {
    return try resourceSettings(resources).compactMap { setting in
      if case .unsupported = setting.place(in: layout) { setting.path } else { nil }
    }
  } catch { return [] }
}

/// The JSON paths of everything but devices that `resources` asks for, for a container that has no cgroup.
package func requestedResources(in resources: RuntimeSpec.Linux.Resources) -> [String] {
  do throws(CgroupError) { return try resourceSettings(resources).map(\.path) } catch {
    if case .refused(let path, _) = error { return [path] }
    return []
  }
}

extension CgroupPlan {
  /// No cgroup at all.
  package static var none: CgroupPlan { CgroupPlan(directories: []) }
}

extension CgroupLayout {
  /// The v1 hierarchy of devices, else the unified one, where a filter needs no controller.
  func deviceHierarchy() throws(CgroupError) -> Int {
    let own = hierarchies.firstIndex { $0.controllers.contains("devices") }
    guard let index = own ?? hierarchies.firstIndex(where: \.isUnified) else {
      throw .refused(
        path: "linux.resources.devices",
        problem: "devices cannot be restricted, needed a mounted v1 hierarchy \"devices\" or a v2 tree")
    }
    return index
  }
}
