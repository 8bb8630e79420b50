internal import LinuxSystem

// Who writes the mappings of a new user namespace (user_namespaces(7)). Root writes them itself. Anybody else may write
// one line that maps their own id; for more there are newuidmap(1) and newgidmap(1), which look into /etc/subuid and
// /etc/subgid and are started with an argument list, never by a shell.

/// How the two maps of a new user namespace come to be.
struct MappingPlan: Equatable {
  /// How one map is written.
  enum Way: Equatable {
    /// Into the process's file, by this process.
    case written
    /// By one of the set-uid programs.
    case byProgram
  }

  let mappings: IDMappings
  let users: Way
  let groups: Way
  /// Whether `setgroups` has to be denied first: the kernel wants it before it lets an unprivileged process map a group
  /// (CVE-2014-8989). Then nobody in the namespace can set groups.
  let deniesGroups: Bool

  init(_ mappings: IDMappings, userID: UInt32, groupID: UInt32) {
    self.mappings = mappings
    guard userID != 0 else {
      (users, groups, deniesGroups) = (.written, .written, false)
      return
    }
    users = MappingPlan.isOwn(mappings.users, userID) ? .written : .byProgram
    groups = MappingPlan.isOwn(mappings.groups, groupID) ? .written : .byProgram
    deniesGroups = groups == .written
  }

  private static func isOwn(_ ranges: [IDRange], _ id: UInt32) -> Bool {
    ranges.count == 1 && ranges.allSatisfy { $0.outside == id && $0.count == 1 }
  }

  /// Writes the maps of the process that waits for them; a child of this one, not yet reaped.
  func perform(pid: Int32) throws(LifecycleError) {
    if deniesGroups { try write("setgroups", "deny", pid, "linux.gidMappings") }

    switch groups {
    case .written: try write("gid_map", MappingPlan.text(mappings.groups), pid, "linux.gidMappings")
    case .byProgram: try run("newgidmap", mappings.groups, pid, "linux.gidMappings")
    }
    switch users {
    case .written: try write("uid_map", MappingPlan.text(mappings.users), pid, "linux.uidMappings")
    case .byProgram: try run("newuidmap", mappings.users, pid, "linux.uidMappings")
    }
  }

  private func write(_ file: String, _ text: String, _ pid: Int32, _ path: String) throws(LifecycleError) {
    try during(path) { () throws(SystemError) in try writeProcessFile(file, ofPID: pid, text) }
  }

  /// All lines in one write: a map can be written once (user_namespaces(7)).
  static func text(_ ranges: [IDRange]) -> String {
    ranges.map { "\($0.inside) \($0.outside) \($0.count)\n" }.joined()
  }

  /// The arguments of newuidmap(1) and newgidmap(1).
  static func arguments(_ ranges: [IDRange], pid: Int32) -> [String] {
    ["\(pid)"] + ranges.flatMap { ["\($0.inside)", "\($0.outside)", "\($0.count)"] }
  }

  private func run(_ name: String, _ ranges: [IDRange], _ pid: Int32, _ path: String) throws(LifecycleError) {
    let search = Environment.value("PATH") ?? "/usr/bin:/bin"
    guard let program = Environment.findProgram(name, path: search) else {
      throw .usage("\(path): more than your own id needs the program \(name), which is not on PATH")
    }
    var plan = SpawnPlan(program, MappingPlan.arguments(ranges, pid: pid))
    plan.descriptors = [(2, 2)]
    let status = try during(path) { () throws(SystemError) in try spawn(plan).wait() }
    guard status == .exited(0) else {
      throw .usage(
        "\(path): \(name) refused the mappings (status \(status.shellCode)), look into /etc/sub\(name.dropFirst(3).prefix(3))"
      )
    }
  }
}
