internal import Cgroups
internal import LinuxSystem
internal import OCIRuntimeSpec

/// Who makes a container's cgroup.
package enum CgroupManager: String, Sendable {
  /// The runtime itself, through the cgroup file systems.
  case cgroupfs
  /// systemd, as a scope of its own; what it has no property for is written by the runtime.
  case systemd
  /// Nobody: nothing can be limited, paused or counted.
  case disabled
}

extension CreationOptions {
  var withoutCgroups: Bool { cgroupManager == .disabled }
}

/// A container's scope, and where it puts the container's cgroup.
struct PlannedScope {
  let scope: SystemdScope
  let path: CgroupPath

  /// Asks a user's systemd where it is; nothing is made.
  init(_ spec: RuntimeSpec, id: String, layout: CgroupLayout) throws(LifecycleError) {
    let isUser = SystemdUnit.callerHasOwnManager
    scope = try duringCgroups { () throws(CgroupError) in
      try SystemdScope(
        spec.linux?.cgroupsPath, id: id, isUser: isUser, annotations: spec.annotations,
        resources: spec.linux?.resources, layout: layout)
    }
    path = try PlannedScope.path(scope)
  }

  private static func path(_ scope: SystemdScope) throws(LifecycleError) -> CgroupPath {
    try duringCgroups { () throws(CgroupError) in
      try scope.cgroupPath(below: try SystemdScope.managerPath(isUser: scope.unit.isUser))
    }
  }

  /// Has the scope made around init, which is not in any cgroup of the container's yet. It stands and mounts, or waits:
  /// nothing of the container's runs before it is told to proceed.
  func start(around pid: Int32, id: String, _ plan: CgroupPlan) throws(LifecycleError) -> CgroupGuard {
    try duringCgroups { () throws(CgroupError) in try scope.start(around: pid, id: id, plan) }
  }
}

extension PlannedScope {
  /// For `--explain`; the directory is systemd's to make.
  func sentences(_ plan: CgroupPlan) -> [String] {
    let unified = plan.part(unified: true)
    return ["have systemd make \"\(scope.unit.name)\" in \"\(scope.slice)\" around init"]
      + unified.sentences.dropFirst(unified.directories.count)
  }
}

/// The file in a container's directory that says which unit it is: `system NAME` or `user NAME`. Without it there is no
/// unit. A file of its own, so that `delete --force` finds the unit even when there is no record yet.
enum UnitFile {
  static let name = "systemd.unit"

  static func write(_ unit: SystemdUnit, to directory: String) throws(LifecycleError) {
    try during("") { () throws(SystemError) in
      try writeAtomically(
        "\(directory)/\(name)", Array("\(unit.isUser ? "user" : "system") \(unit.name)".utf8), mode: 0o600,
        durable: false)
    }
  }

  static func read(from directory: String) throws(LifecycleError) -> SystemdUnit? {
    let text: String
    do throws(SystemError) { text = try readText("\(directory)/\(name)") } catch {
      if error.code == ErrorCode.noEntry { return nil }
      throw .system(what: "", error)
    }
    let words = text.split(separator: " ", maxSplits: 1).map(String.init)
    guard words.count == 2, ["system", "user"].contains(words[0]) else {
      throw .initFailed(
        "\(directory)/\(name): \"\(text)\" is no unit, expected \"system NAME\" or \"user NAME\"")
    }
    return SystemdUnit(name: words[1], isUser: words[0] == "user")
  }
}

extension Container {
  /// The unit of systemd's that it is; nil when the runtime made the cgroups itself.
  func unit() throws(LifecycleError) -> SystemdUnit? { try UnitFile.read(from: directory) }
}

/// Ends a container's unit, if it is one; its cgroup goes with it.
func stopUnit(_ unit: SystemdUnit?) throws(LifecycleError) {
  guard let unit else { return }
  try duringCgroups { () throws(CgroupError) in try unit.stop(killing: true) }
}

/// Where a container's cgroup is: in its scope, if it is one, else where the configuration says.
func cgroupPath(_ spec: RuntimeSpec, id: String, _ scope: PlannedScope?) throws(LifecycleError) -> CgroupPath
{
  if let scope { return scope.path }
  return try duringCgroups { () throws(CgroupError) in try CgroupPath(spec.linux?.cgroupsPath, id: id) }
}
