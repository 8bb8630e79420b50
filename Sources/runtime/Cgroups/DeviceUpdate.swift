internal import LinuxBus
internal import LinuxSystem
internal import OCIRuntimeSpec

/// Other device rules for a cgroup that is in use.
///
/// The new list stands in the place of the old one. On v2 one filter replaces the other in one step. On v1 only what
/// differs is written: to begin with "deny all", as for a new cgroup, would for a moment keep the container from its
/// own /dev/null, and the kernel refuses it where the container has made cgroups of its own
/// (security/device_cgroup.c). What a cgroup below has been given by the container stays its own matter.
struct DeviceUpdate: Equatable {
  private let old: DeviceRules
  private let new: DeviceRules
  private let directory: String
  private let isUnified: Bool

  /// - Returns: nil when both lists mean the same.
  init?(
    from old: [Resources.DeviceRule], to new: [Resources.DeviceRule], layout: CgroupLayout,
    directory: CgroupDirectory
  ) throws(CgroupError) {
    (self.old, self.new) = (try DeviceRules(old), try DeviceRules(new))
    if self.old == self.new { return nil }
    let hierarchy = layout.hierarchies[try layout.deviceHierarchy()]
    guard let entry = directory.entries.first(where: { $0.key == hierarchy.key }) else {
      throw .refused(path: DeviceRules.path, problem: "the container has no cgroup for it")
    }
    (self.directory, isUnified) = (entry.path, hierarchy.isUnified)
  }

  /// Puts the new rules in force.
  /// - Throws: `CgroupError`; then the old ones are.
  func perform() throws(CgroupError) {
    do throws(CgroupError) { try change(old, new) } catch {
      // On v2 it is one step; on v1 the kernel may have taken some of the lines.
      if !isUnified { undo() }
      throw error
    }
  }

  /// Puts the old rules in force again.
  func undo() {
    do throws(CgroupError) { try change(new, old) } catch {
      StandardDescriptor.error.print("cgroup: the old device rules could not be written again: \(error)\n")
    }
  }

  private func change(_ old: DeviceRules, _ new: DeviceRules) throws(CgroupError) {
    guard isUnified else {
      for step in DeviceUpdate.steps(from: old, to: new) { try Cgroups.perform(step, directory) }
      return
    }
    do throws(SystemError) {
      try replaceDeviceFilter(
        with: new.program, on: try openFile(directory, [.readOnly, .directory]), hadFilter: old.program != nil
      )
    } catch { throw .failed(path: DeviceRules.path, error) }
  }

  /// What is written on v1. What comes is written before what goes, so that nothing that both lists allow fails.
  static func steps(from old: DeviceRules, to new: DeviceRules) -> [CgroupStep] {
    guard old.allowsByDefault == new.allowsByDefault else { return new.steps(unified: false) }
    let (add, remove) =
      new.allowsByDefault ? ("devices.deny", "devices.allow") : ("devices.allow", "devices.deny")
    return [
      (add, new.exceptions(beyond: old)), (remove, old.exceptions(beyond: new)),
    ].compactMap { (file, exceptions) in
      exceptions.isEmpty
        ? nil : .writeEach(file: file, values: exceptions.map(\.v1Line), reason: DeviceRules.path)
    }
  }

  /// What systemd has to know, beginning with an empty list: what it is given it adds to those that it has.
  var properties: [SystemdProperty] {
    [SystemdProperty("DeviceAllow", .array(of: "(ss)", []))] + new.systemdProperties(unified: isUnified)
  }

  /// Once more after systemd, which on v1 has written its own rules to the same files.
  func repeatAfterSystemd() throws(CgroupError) {
    if isUnified { return }
    for step in new.steps(unified: false) { try Cgroups.perform(step, directory) }
  }
}

extension DeviceRules {
  /// The exceptions that `other` has not, by their numbers, each with the access that it has not.
  fileprivate func exceptions(beyond other: DeviceRules) -> [DeviceException] {
    exceptions.compactMap { exception in
      var rest = exception
      for known in other.exceptions
      where known.isBlock == exception.isBlock && known.major == exception.major
        && known.minor == exception.minor
      { rest.access.subtract(known.access) }
      return rest.access.isEmpty ? nil : rest
    }
  }
}
