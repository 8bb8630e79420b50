internal import Cgroups
internal import JSONDocument
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
  return ResourceControlPlan(settings, id: id, root: try resourceControlRoot())
}

private func resourceControlRoot() throws(LifecycleError) -> String {
  let mounts = try during("linux.intelRdt") { () throws(SystemError) in try readText("/proc/self/mountinfo") }
  guard let root = ResourceControlPlan.mountPoint(in: mounts) else {
    throw .refused([
      Violation("linux.intelRdt", "no resctrl file system is mounted on this host, needed one")
    ])
  }
  return root
}

/// `update --l3-cache-schema`, `--mem-bw-schema`: other lines for the class of service that a container is in.
package struct ResourceControlChange: Sendable, Equatable {
  /// As `linux.intelRdt.l3CacheSchema`.
  package var cacheSchema: String?
  /// As `linux.intelRdt.memBwSchema`.
  package var bandwidthSchema: String?

  package init() {}

  package var isEmpty: Bool { cacheSchema == nil && bandwidthSchema == nil }

  /// - Throws: `LifecycleError.usage` for texts that the configuration could not have either.
  func check() throws(LifecycleError) {
    for (option, line) in [("l3-cache-schema", cacheSchema), ("mem-bw-schema", bandwidthSchema)] {
      guard let line else { continue }
      if line.isEmpty {
        throw .usage("--\(option) is empty, expected a line such as \"L3:0=f\" or \"MB:0=50\"")
      }
      if line.utf8.contains(where: { $0 == 10 || $0 == 0 }) {
        throw .usage("--\(option) holds a line break or a NUL byte")
      }
    }
    if let line = bandwidthSchema, !line.hasPrefix("MB:") {
      throw .usage("--mem-bw-schema \"\(line)\" does not begin with \"MB:\"")
    }
  }

  /// Writes the lines to the container's class of service; nil when there are none.
  ///
  /// A container that was made without one stays so, unlike in runc, which makes one and moves init alone into it: what
  /// the container has started since would go on without.
  func perform(_ linux: RuntimeSpec.Linux?, id: String) throws(LifecycleError) -> SchemataChange? {
    if isEmpty { return nil }
    let root = try resourceControlRoot()
    guard let settings = linux?.intelRdt else {
      throw .refused([
        Violation("linux.intelRdt", "missing, the container \"\(id)\" was made without a class of service")
      ])
    }
    return try duringCgroups { () throws(CgroupError) in
      try SchemataChange(
        [cacheSchema, bandwidthSchema].compactMap { $0 },
        of: ResourceControlPlan(settings, id: id, root: root))
    }
  }

  /// The same in the container's configuration.
  func set(in document: inout JSONValue) {
    var (root, linux) = (document.object ?? JSONObject(), document["linux"]?.object ?? JSONObject())
    var settings = linux["intelRdt"]?.object ?? JSONObject()
    if let cacheSchema { settings["l3CacheSchema"] = .string(cacheSchema) }
    if let bandwidthSchema { settings["memBwSchema"] = .string(bandwidthSchema) }
    linux["intelRdt"] = .object(settings)
    root["linux"] = .object(linux)
    document = .object(root)
  }
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
