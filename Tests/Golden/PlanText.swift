import ContainerInit
import LinuxSecurity
import LinuxSystem

// A plan as a person reads it: its own text (`InitPlan.text`) and, since a sentence is for an error message and leaves
// out what a failure does not need, the values that a step carries.

extension InitPlan {
  /// First the new namespaces, then one line a step.
  var golden: String {
    let lines = zip(text.split(separator: "\n"), allSteps).map { line, step in
      step.values.isEmpty ? "\(line)" : "\(line) [\(step.values)]"
    }
    let first = forerunner.isEmpty ? "" : "forerunner: 1 to \(forerunner.count)\n"
    return "new: \(cloneFlags.words)\n" + first + lines.map { $0 + "\n" }.joined()
  }
}

extension InitStep {
  fileprivate var values: String {
    switch self {
    case .closeInherited(let first), .closeDescriptors(let first): "from \(first)"
    case .joinContainer(let flags): flags.words
    case .joinCgroups(let files): files.joined(separator: " ")
    case .setTreePropagation(let flags), .setRootPropagation(let flags): flags.words
    case .bindRoot(_, let isPrivate): isPrivate ? "private" : ""
    case .mount(let action): action.values
    case .mountCgroups(let mounts):
      ([mounts.flags.words] + mounts.hierarchies.map(\.values)
        + mounts.links.sorted { $0.key < $1.key }.map { "\($0.key)→\($0.value)" }).joined(separator: "; ")
    case .becomeNamespaceRoot(let drops, _, _): drops ? "without groups" : "groups cannot be set"
    case .openBindSource(let slot, _, let recursive): "\(recursive ? "recursive" : "one mount"), held \(slot)"
    case .makeDevice(let node), .bindDevice(let node):
      "\(node.kind) \(node.major):\(node.minor) \(String(node.mode, radix: 8)) \(node.userID):\(node.groupID)"
    case .placeDevice(let node, let slot):
      "\(node.kind) \(node.major):\(node.minor) \(String(node.mode, radix: 8)) \(node.userID):\(node.groupID), held \(slot)"
    case .openTerminal(let setup):
      (setup.size.map { "\($0.columns)x\($0.rows) " } ?? "") + "user \(setup.userID)"
        + (setup.isConsole ? ", is the console" : "")
    case .setScheduling(let attributes): "priority \(attributes.priority), nice \(attributes.nice)"
    case .setMemoryPolicy(let policy): policy.nodes.map { "nodes \($0)" } ?? ""
    case .keepCapabilities(let on): on ? "on" : "off"
    case .dropBoundingSet(let kept): "keep \(kept.words)"
    case .setGroups(_, let additional): additional.map(String.init).joined(separator: ",")
    case .setCapabilities(let sets):
      "effective \(sets.effective.words); permitted \(sets.permitted.words); "
        + "inheritable \(sets.inheritable.words); ambient \(sets.ambient.words)"
    case .runHook(let hook):
      ([hook.directory ?? "", hook.timeoutSeconds.map { "\($0) s" } ?? ""] + hook.arguments + hook.environment
        + [hook.state.text(pid: 7)] + hook.privileges.map { "; \($0)" }).filter { !$0.isEmpty }
        .joined(separator: " ")
    case .changeDirectory: "as root"
    case .changeDirectoryAsUser: "as the user"
    case .findProgram(_, let path): path
    case .execute(let arguments, let environment):
      (arguments.dropFirst() + environment).joined(separator: " ")
    default: ""
    }
  }
}

extension MountAction {
  fileprivate var values: String {
    var parts: [String] = []
    switch source {
    case .fileSystem(_, _, let flags, let data): parts += [flags.words] + (data.map { [$0] } ?? [])
    case .remount(let flags, let data): parts += [flags.words] + (data.map { [$0] } ?? [])
    case .held(let slot, _): parts.append("held \(slot)")
    case .own(_, let recursive, let isMapped):
      parts += [recursive ? "recursive" : "one mount"] + (isMapped ? ["mapped"] : [])
    case .bind(_, let recursive): parts.append(recursive ? "recursive" : "one mount")
    }
    for (word, attributes) in [
      ("set", set), ("clear", clear), ("set all", recursiveSet), ("clear all", recursiveClear),
    ] where !attributes.isEmpty { parts.append("\(word) \(attributes.words)") }
    parts += propagation.map(\.words)
    if copiesUp { parts.append("copies up") }
    if requiresRealDirectory { parts.append("no link") }
    return parts.filter { !$0.isEmpty }.joined(separator: "; ")
  }
}

extension CgroupMounts.Hierarchy {
  fileprivate var values: String {
    "\(name.isEmpty ? "." : name): \(bindFrom.map { "bind \($0)" } ?? "\(type) \(data ?? "")")"
  }
}

extension CapabilitySet {
  fileprivate var words: String {
    isEmpty ? "none" : members.map { String($0.name.dropFirst(4)).lowercased() }.joined(separator: ",")
  }
}

extension CloneFlags {
  fileprivate var words: String {
    let found = NamespaceKind.allCases.filter { contains($0.flag) }.map(\.rawValue)
    return found.isEmpty ? "none" : found.joined(separator: " ")
  }
}

extension MountFlags {
  fileprivate var words: String {
    let names: [(MountFlags, String)] = [
      (.readOnly, "ro"), (.noSetUID, "nosuid"), (.noDevices, "nodev"), (.noExecution, "noexec"),
      (.noAccessTime, "noatime"), (.relativeAccessTime, "relatime"), (.strictAccessTime, "strictatime"),
      (.private, "private"), (.slave, "slave"), (.shared, "shared"), (.unbindable, "unbindable"),
      (.recursive, "recursive"),
    ]
    return names.filter { contains($0.0) }.map(\.1).joined(separator: ",")
  }
}

extension MountAttributes {
  fileprivate var words: String {
    if contains(.accessTimeMask) {
      let others = subtracting(.accessTimeMask)
      return others.isEmpty ? "atime" : "atime,\(others.words)"
    }
    let names: [(MountAttributes, String)] = [
      (.readOnly, "ro"), (.noSetUID, "nosuid"), (.noDevices, "nodev"), (.noExecution, "noexec"),
      (.noAccessTime, "noatime"), (.strictAccessTime, "strictatime"),
    ]
    return names.filter { contains($0.0) }.map(\.1).joined(separator: ",")
  }
}
