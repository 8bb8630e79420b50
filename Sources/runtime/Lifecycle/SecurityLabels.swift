internal import ContainerInit
internal import LinuxSecurity
internal import OCIRuntimeSpec

// `process.apparmorProfile`, `process.selinuxLabel` and `linux.mountLabel`. A host that does not enforce a module
// refuses its labels: a container that runs unconfined although a profile was asked for is the worst of answers.

/// The labels of a process.
struct ProcessLabels {
  /// One of them, and where it stands.
  struct Entry {
    let module: SecurityModule
    let label: String
    let path: String
  }

  /// In the order in which they are opened and written.
  let labels: [Entry]

  init(_ process: RuntimeSpec.Process) {
    var labels: [Entry] = []
    if let profile = process.apparmorProfile, !profile.isEmpty {
      labels.append(Entry(module: .appArmor, label: profile, path: "process.apparmorProfile"))
    }
    if let label = process.selinuxLabel, !label.isEmpty {
      labels.append(Entry(module: .seLinux, label: label, path: "process.selinuxLabel"))
    }
    self.labels = labels
  }

  /// Early, while the host's procfs is at /proc and before any path of the container can stand in its place. A new
  /// keyring takes the program's label, or the program could not look into it (as runc).
  var opening: [InitStep] {
    labels.flatMap { entry -> [InitStep] in
      entry.module == .seLinux
        ? [.openLabel(.seLinux), .labelKeys(entry.label)] : [.openLabel(entry.module)]
    }
  }

  /// Late: it counts from the next exec on, and what stands before is still the runtime's own work.
  var applying: [InitStep] { labels.map { .applyLabel($0.module, $0.label) } }

  /// What is wrong with them on any host.
  var violations: [Violation] {
    var found = labels.filter { $0.label.utf8.contains(0) || $0.label.utf8.contains(UInt8(ascii: "\n")) }.map
    {
      Violation($0.path, "holds a NUL byte or a line break")
    }
    // Modules that stack both want the one descriptor that is kept; no kernel of today has both at once.
    if labels.count > 1 {
      found.append(Violation("process.selinuxLabel", "cannot be had beside an apparmorProfile"))
    }
    return found
  }

  /// What this host cannot do. Looks at it only when a label is given.
  func unavailable() -> [Violation] {
    labels.filter { !$0.module.isEnabled }.map { Violation($0.path, notEnabled($0.module)) }
  }
}

/// `linux.mountLabel` on a host that has no use for it, or by an option that there is not.
func mountLabelViolations(_ spec: RuntimeSpec) -> [Violation] {
  guard let label = spec.linux?.mountLabel, !label.isEmpty else { return [] }
  if SecurityModule.seLinux.isEnabled { return spec.mountLabelOptionViolations }
  return [Violation("linux.mountLabel", notEnabled(.seLinux))] + spec.mountLabelOptionViolations
}

private func notEnabled(_ module: SecurityModule) -> String {
  "\(module.rawValue) is not enabled on this host, needed none"
}

/// The mounts with a label, as runc gives it: procfs and sysfs take none, a message queue only afterwards, a bind keeps
/// that of its files; every other file system takes it as an option.
/// - Parameter name: the option's, see mount(8).
func labelled(_ mounts: [InitStep], _ label: String?, as name: String = "context") -> [InitStep] {
  guard let label, !label.isEmpty else { return mounts }
  return mounts.flatMap { step -> [InitStep] in
    guard case .mount(let action) = step,
      case .fileSystem(let type, let source, let flags, let data) = action.source
    else { return [step] }
    switch type {
    case "proc", "sysfs": return [step]
    case "mqueue": return [step, .labelMount(path: action.destination, label)]
    default:
      let option = "\(name)=\"\(label)\""
      return [
        .mount(
          action.from(
            .fileSystem(
              type: type, source: source, flags: flags, data: data.map { "\($0),\(option)" } ?? option)))
      ]
    }
  }
}
