internal import Cgroups
internal import LinuxSystem
internal import OCIRuntimeSpec

// `linux.intelRdt`: which class of service a container belongs to.

/// The plan for a container, or nil without `intelRdt`; then resctrl is not even looked for (config-linux.md: "MUST NOT
/// manipulate").
/// - Throws: `LifecycleError.refused` when the host has no resctrl.
func resourceControlPlan(_ linux: RuntimeSpec.Linux?, id: String) throws(LifecycleError)
  -> ResourceControlPlan?
{
  guard let settings = linux?.intelRdt else { return nil }
  let mounts = try during("linux.intelRdt") { () throws(SystemError) in try readText("/proc/self/mountinfo") }
  guard let root = ResourceControlPlan.mountPoint(in: mounts) else {
    throw .refused([
      Violation("linux.intelRdt", "no resctrl file system is mounted on this host, needed one")
    ])
  }
  return ResourceControlPlan(settings, id: id, root: root)
}

extension SpecRules {
  /// Names that stay in resctrl's one level, and lines that are lines.
  static func resourceControl(_ spec: RuntimeSpec) -> [Violation] {
    guard let settings = spec.linux?.intelRdt else { return [] }
    let root = "linux.intelRdt"
    var found: [Violation] = []
    if let name = settings.closID, name != "/", !isGroupName(name) {
      found.append(Violation("\(root).closID", "\"\(name)\" is no name of a class of service"))
    }
    if let line = settings.memBwSchema, !line.isEmpty, !line.hasPrefix("MB:") {
      found.append(Violation("\(root).memBwSchema", "\"\(line)\" does not begin with \"MB:\""))
    }
    let lines =
      [("l3CacheSchema", settings.l3CacheSchema), ("memBwSchema", settings.memBwSchema)]
      + (settings.schemata ?? []).enumerated().map { ("schemata[\($0.offset)]", $0.element) }
    for (name, line) in lines where line?.utf8.contains(where: { $0 == 10 || $0 == 0 }) == true {
      found.append(Violation("\(root).\(name)", "holds a line break or a NUL byte"))
    }
    return found
  }

  /// Empty stands for the container's ID; the others are resctrl's own directories.
  private static func isGroupName(_ name: String) -> Bool {
    !name.utf8.contains { $0 == 0x2f || $0 == 0 || $0 == 10 }
      && ![".", "..", "info", "mon_groups", "mon_data"].contains(name)
  }
}
