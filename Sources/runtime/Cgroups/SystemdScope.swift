package import LinuxBus
package import OCIRuntimeSpec

/// The transient unit that a container is to systemd, and what systemd is told of it: decided before anything is asked.
///
/// `linux.cgroupsPath` is `slice:prefix:name` then (runc, docs/systemd.md): the unit is `prefix-name.scope` below the
/// slice; an empty slice is `system.slice`, or `user.slice` under a user's own systemd; without a path the unit is
/// `apus-ID.scope`.
package struct SystemdScope: Sendable {
  /// The unit, and whose systemd it is.
  package let unit: SystemdUnit
  /// The slice's name, not its path.
  package let slice: String
  /// What stands in the annotations `org.systemd.property.NAME`.
  private let extra: [SystemdProperty]
  private let devices: [SystemdProperty]

  private static let path = "linux.cgroupsPath"

  /// - Throws: `CgroupError.refused` with the JSON path of what cannot be a unit's.
  package init(
    _ text: String?, id: String, isUser: Bool, annotations: [String: String]?,
    resources: RuntimeSpec.Linux.Resources?, layout: CgroupLayout
  ) throws(CgroupError) {
    guard !isUser || layout.mode == .v2 else {
      throw .refused(
        path: SystemdScope.path,
        problem: "a user's systemd has only cgroup v2 to give, needed root or cgroup v2"
      )
    }
    let text = text.flatMap { $0.isEmpty ? nil : $0 } ?? ":apus:\(id)"
    let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3 else {
      throw .refused(
        path: SystemdScope.path, problem: "\"\(text)\" is not for systemd, needed \"slice:prefix:name\"")
    }
    slice = parts[0].isEmpty ? (isUser ? "user.slice" : "system.slice") : parts[0]
    unit = SystemdUnit(name: try SystemdScope.unitName(prefix: parts[1], name: parts[2]), isUser: isUser)
    extra = try systemdProperties(annotations: annotations ?? [:])
    devices = try DeviceRules(resources?.devices ?? []).systemdProperties(
      unified: layout.hierarchies[try layout.deviceHierarchy()].isUnified)
    // Looked at here, so that a wrong name is told before anything is made.
    _ = try SystemdScope.expand(slice)
  }

  /// A container is a scope; a slice holds no processes.
  private static func unitName(prefix: String, name: String) throws(CgroupError) -> String {
    guard !name.isEmpty, !name.hasSuffix(".slice") else {
      throw .refused(
        path: path, problem: "\"\(name)\" is no name for a container's unit, needed one that is no slice")
    }
    let unit = "\(prefix)-\(name).scope"
    // systemd's VALID_CHARS and UNIT_NAME_MAX (unit-name.c), `@` aside: a template's instance is no transient unit.
    let allowed = unit.utf8.allSatisfy {
      ($0 >= 0x30 && $0 <= 0x39) || ($0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7a) || "_-.\\".utf8.contains($0)
    }
    guard allowed, unit.utf8.count <= 255 else {
      throw .refused(
        path: path, problem: "\"\(unit)\" is no name of a unit, needed up to 255 of A-Z a-z 0-9 _ - . \\")
    }
    return unit
  }

  /// `a-b.slice` lies in `a.slice`; `-.slice` is the root (systemd.slice(5)).
  static func expand(_ slice: String) throws(CgroupError) -> [String] {
    let suffix = ".slice"
    let name = slice.dropLast(suffix.utf8.count)
    let words = name.split(separator: "-", omittingEmptySubsequences: false)
    guard slice.hasSuffix(suffix), !slice.contains("/"), name == "-" || !words.contains("") else {
      throw .refused(path: path, problem: "\"\(slice)\" is no slice, needed a name such as \"a-b.slice\"")
    }
    if name == "-" { return [] }
    return words.indices.map { words[...$0].joined(separator: "-") + suffix }
  }

  /// Where the unit's cgroup is in every hierarchy.
  /// - Parameter manager: the cgroup of the systemd that is asked; `/` for the system's.
  package func cgroupPath(below manager: String) throws(CgroupError) -> CgroupPath {
    CgroupPath(
      absolute: manager.split(separator: "/").map(String.init) + (try SystemdScope.expand(slice)) + [
        unit.name
      ])
  }

  /// What the unit is started with (systemd.scope(5), systemd.resource-control(5)); the annotations last, so that they
  /// can change what stands before.
  func properties(pid: Int32, id: String, plan: CgroupPlan) -> [SystemdProperty] {
    var properties: [SystemdProperty] = [
      SystemdProperty("Description", .string("container \(id)")), SystemdProperty("Slice", .string(slice)),
      SystemdProperty("PIDs", .array(of: "u", [.uint32(UInt32(pid))])),
      // The cgroup is ours to write to and to divide.
      SystemdProperty("Delegate", .boolean(true)),
      // No ordering against shutdown or the basic targets: whoever started the container ends it.
      SystemdProperty("DefaultDependencies", .boolean(false)),
      // A unit that failed would otherwise stay until somebody looks at it, and keep its name.
      SystemdProperty("CollectMode", .string("inactive-or-failed")),
      SystemdProperty("CPUAccounting", .boolean(true)), SystemdProperty("MemoryAccounting", .boolean(true)),
      SystemdProperty("TasksAccounting", .boolean(true)),
      SystemdProperty(plan.isUnified("io") ? "IOAccounting" : "BlockIOAccounting", .boolean(true)),
    ]
    properties += devices
    properties += plan.systemdProperties
    return properties + extra
  }
}

/// One setting of a unit.
package struct SystemdProperty: Sendable, Equatable {
  package let name: String
  package let value: BusValue

  init(_ name: String, _ value: BusValue) {
    self.name = name
    self.value = value
  }
}
