internal import LinuxSystem
package import OCIRuntimeSpec

// Intel Resource Director Technology, through the resctrl file system (config-linux.md, IntelRdt; the kernel's
// Documentation/arch/x86/resctrl.rst). It looks like a cgroup hierarchy of one level: a group is a directory, `tasks`
// says who is in it, `schemata` what they may use. It is no cgroup: no namespace hides it, and a group may be shared.

/// What is done in resctrl for a container, decided before anything is touched.
package struct ResourceControlPlan: Sendable, Equatable {
  /// The container's class of service, a directory.
  package let group: String
  /// How the directory comes to be.
  package let origin: Origin
  /// The lines for `schemata`, in the order of the specification: cache, bandwidth, then the general ones.
  package let schemata: [String]
  /// The container's own monitoring group, a directory below; nil for none.
  package let monitor: String?

  /// Where a group comes from.
  package enum Origin: Sendable, Equatable {
    /// Named after the container: made for it, and removed with it.
    case made
    /// Named by `closID` with schemata: made when it is not there, else it must say the same; it stays.
    case shared
    /// Named by `closID` alone, or the root: must be there.
    case found
  }

  /// - Parameter root: where resctrl is mounted.
  package init(_ settings: RuntimeSpec.Linux.ResourceDirector, id: String, root: String) {
    schemata =
      [settings.l3CacheSchema, settings.memBwSchema].compactMap { $0.flatMap { $0.isEmpty ? nil : $0 } }
      + (settings.schemata ?? [])
    let name = settings.closID ?? ""
    group = name == "/" ? root : "\(root)/\(name.isEmpty ? id : name)"
    origin = name.isEmpty ? .made : name == "/" || schemata.isEmpty ? .found : .shared
    monitor = settings.enableMonitoring == true ? "\(group)/mon_groups/\(id)" : nil
  }

  /// Where a process writes `0` to move itself: the group first, since a monitoring group takes none from elsewhere.
  package var taskFiles: [String] { ([group] + (monitor.map { [$0] } ?? [])).map { "\($0)/tasks" } }

  /// The directories that belong to the container alone, in the order in which they are removed.
  package var own: [String] { (monitor.map { [$0] } ?? []) + (origin == .made ? [group] : []) }

  /// The mount point of resctrl in a table of mounts (proc_pid_mountinfo(5)); nil when it is not mounted.
  package static func mountPoint(in mounts: String) -> String? {
    mountEntries(in: mounts).first { $0.type == "resctrl" }?.point
  }
}

/// Undoes the making of groups when it ends, unless they are kept.
package struct ResourceControlGuard: ~Copyable {
  private let made: [String]
  private var armed = true

  /// - Parameter made: in the order in which they are removed.
  fileprivate init(_ made: [String]) { self.made = made }

  /// The groups stay.
  package consuming func keep() { armed = false }

  deinit {
    guard armed else { return }
    for path in made {
      do throws(CgroupError) { try removeResourceGroups([path]) } catch { continue }
    }
  }
}

/// Makes the groups of a plan and writes what they may use. Nobody is in them yet.
/// - Parameter plan: nil makes nothing.
/// - Throws: `CgroupError`; then what was made is gone again.
package func createResourceGroups(_ plan: ResourceControlPlan?) throws(CgroupError) -> ResourceControlGuard {
  guard let plan else { return ResourceControlGuard([]) }
  var made: [String] = []
  do throws(CgroupError) {
    if try makeGroup(plan) { made.append(plan.group) }
    if let monitor = plan.monitor {
      try duringControl("linux.intelRdt.enableMonitoring") { () throws(SystemError) in
        try makeDirectory(monitor)
      }
      made.insert(monitor, at: 0)
    }
  } catch {
    try removeResourceGroups(made)
    throw error
  }
  // One that others may use from now on is not taken away again.
  return ResourceControlGuard(plan.own.filter(made.contains))
}

/// Removes groups; one that is gone is no error.
package func removeResourceGroups(_ paths: [String]) throws(CgroupError) {
  for path in paths {
    do throws(SystemError) { try removeEmptyDirectory(path) } catch {
      guard error.code == ErrorCode.noEntry else { throw .failed(path: "linux.intelRdt", error) }
    }
  }
}

/// - Returns: whether it was made.
private func makeGroup(_ plan: ResourceControlPlan) throws(CgroupError) -> Bool {
  let path = "linux.intelRdt.closID"
  if plan.origin == .found {
    guard fileExists("\(plan.group)/tasks") else {
      throw .refused(
        path: path, problem: "\"\(plan.group)\" is not there, needed one or schemata to make it with")
    }
    if !plan.schemata.isEmpty { try requireSame(plan) }
    return false
  }
  do throws(SystemError) { try makeDirectory(plan.group) } catch {
    guard error.code == ErrorCode.exists, plan.origin == .shared else { throw .failed(path: path, error) }
    try requireSame(plan)
    return false
  }
  do throws(CgroupError) { try writeSchemata(plan) } catch {
    try removeResourceGroups([plan.group])
    throw error
  }
  return true
}

/// In one write, so that the kernel takes all lines or none, and only when there are any: a new group has what the root
/// has.
func writeSchemata(_ plan: ResourceControlPlan) throws(CgroupError) {
  if plan.schemata.isEmpty { return }
  try write(plan.schemata.map { "\($0)\n" }.joined(), toSchemataOf: plan.group)
}

private func write(_ text: String, toSchemataOf group: String) throws(CgroupError) {
  try duringControl("linux.intelRdt.schemata") { () throws(SystemError) in
    try writeExistingFile("\(group)/schemata", text)
  }
}

/// Other lines for a group that is there.
package struct SchemataChange: Sendable {
  private let group: String
  private let before: String

  /// Writes the lines; what they do not name stays.
  /// - Throws: `CgroupError`; then everything is as it was.
  package init(_ lines: [String], of plan: ResourceControlPlan) throws(CgroupError) {
    group = plan.group
    before = try duringControl("linux.intelRdt") { () throws(SystemError) in
      try readText("\(plan.group)/schemata")
    }
    try write(lines.map { "\($0)\n" }.joined(), toSchemataOf: group)
  }

  /// Writes what was there before.
  package func undo() throws(CgroupError) { try write(before, toSchemataOf: group) }
}

/// A group that is there already must allow what the document says.
private func requireSame(_ plan: ResourceControlPlan) throws(CgroupError) {
  let text = try duringControl("linux.intelRdt.closID") { () throws(SystemError) in
    try readText("\(plan.group)/schemata")
  }
  let present = Schemata(text)
  for line in plan.schemata where !present.holds(Schemata(line)) {
    throw .refused(
      path: "linux.intelRdt.closID", problem: "\"\(plan.group)\" is there and does not say \"\(line)\"")
  }
}

/// Lines of `RESOURCE:DOMAIN=VALUE;…` as values.
struct Schemata: Equatable {
  /// By resource, then by domain; values without leading zeros, which the kernel adds or leaves out.
  private(set) var resources: [String: [String: String]] = [:]

  init(_ text: String) {
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: ":", maxSplits: 1).map(Self.trimmed)
      guard parts.count == 2 else { continue }
      for entry in parts[1].split(separator: ";") {
        let pair = entry.split(separator: "=", maxSplits: 1).map(Self.trimmed)
        guard pair.count == 2 else { continue }
        let digits = pair[1].lowercased().drop { $0 == "0" }
        resources[parts[0], default: [:]][pair[0]] = digits.isEmpty ? "0" : String(digits)
      }
    }
  }

  /// Whether it says everything that the other says, and that is something.
  func holds(_ other: Schemata) -> Bool {
    !other.resources.isEmpty
      && other.resources.allSatisfy { name, domains in
        domains.allSatisfy { resources[name]?[$0.key] == $0.value }
      }
  }

  private static func trimmed(_ text: Substring) -> String {
    String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}

private func duringControl<Result>(
  _ path: String, _ body: () throws(SystemError) -> Result
) throws(CgroupError) -> Result {
  do throws(SystemError) { return try body() } catch { throw .failed(path: path, error) }
}
