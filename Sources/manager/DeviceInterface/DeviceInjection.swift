internal import JSONDocument
internal import LinuxSystem
package import OCIRuntimeSpec
internal import Options

/// What devices change of a config.json, looked up on this host for one start.
package struct DeviceInjection: Sendable, Equatable {
  /// Each `NAME=value`; they win over what the container has.
  package var environment: [String] = []
  /// Nodes, each path once; without an owner they are the container's user's.
  package var nodes: [RuntimeSpec.Linux.Device] = []
  /// What may be done with them.
  package var rules: [RuntimeSpec.Linux.Resources.DeviceRule] = []
  /// Mounts, each place once.
  package var mounts: [RuntimeSpec.Mount] = []
  /// Programs of the OCI runtime's.
  package var hooks = RuntimeSpec.Hooks()
  /// More groups of the process.
  package var groups: [UInt32] = []
  /// Interfaces that become the container's, by their names on the host.
  package var networkDevices: [String: RuntimeSpec.Linux.NetworkDevice] = [:]
  /// Intel Resource Director Technology; the last device's counts.
  package var resourceDirector: RuntimeSpec.Linux.ResourceDirector?

  /// Changes nothing.
  package init() {}
}

extension DeviceRegistry {
  /// How many known names a refusal lists.
  private static let shownNames = 20

  /// What the devices change: for the first of a file what the file says for all, then what it says for each (CDI,
  /// pkg/cdi, cache.go, InjectDevices).
  /// - Throws: `DeviceProblem` that names what is not known or not there.
  package func injection(of names: [String]) throws(DeviceProblem) -> DeviceInjection {
    var injection = DeviceInjection()
    var (seen, unknown) = (Set<String>(), [String]())
    for name in names {
      guard let (file, device) = try find(name) else {
        unknown.append(name)
        continue
      }
      let source = "\(name) of \(file.path)"
      if seen.insert(file.path).inserted { try injection.add(file.specification.edits, source) }
      try injection.add(device.edits, source)
    }
    guard unknown.isEmpty else { throw DeviceProblem(refusal(of: unknown)) }
    return injection
  }

  private func refusal(of unknown: [String]) -> String {
    let known = devices
    let list = known.prefix(Self.shownNames).joined(separator: ", ")
    let rest = known.count > Self.shownNames ? " and \(known.count - Self.shownNames) more" : ""
    let words = known.isEmpty ? "none is known" : "known are \(list)\(rest)"
    return "unresolvable CDI devices \(unknown.joined(separator: ", ")): \(words) \(whereToLook)"
  }
}

extension DeviceInjection {
  /// - Parameter source: the device and its file, for errors.
  fileprivate mutating func add(_ edits: ContainerEdits, _ source: String) throws(DeviceProblem) {
    environment += edits.environment
    for node in edits.deviceNodes { try add(node, source) }
    for mount in edits.mounts { try add(mount, source) }
    for hook in edits.hooks { try add(hook, source) }
    for device in edits.networkDevices { networkDevices[device.hostInterfaceName] = .init(name: device.name) }
    // Group 0 is SPEC.md's word for none.
    for group in edits.groups where group != 0 && !groups.contains(group) { groups.append(group) }
    resourceDirector = edits.resourceDirector ?? resourceDirector
  }

  private mutating func add(_ node: ContainerEdits.DeviceNode, _ source: String) throws(DeviceProblem) {
    var (kind, major, minor) = (node.type, node.major, node.minor)
    // The host is asked for what the file leaves open (CDI, pkg/cdi, container-edits_unix.go).
    if kind == nil || (major == 0 && kind != .fifo) {
      let path = node.hostPath ?? node.path
      let found = try status(path, "device", source)
      guard let actual = found.deviceKind else {
        throw DeviceProblem("\(source): device \(quoted(path)): not a device node")
      }
      if let kind, kind.isCharacter ? actual != .character : actual != kind {
        throw DeviceProblem(
          "\(source): device \(quoted(path)): host type mismatch (\(kind.rawValue), \(actual.rawValue))")
      }
      kind = kind ?? actual
      if major == 0 { (major, minor) = (Int64(found.major), Int64(found.minor)) }
    }
    guard let kind else { return }
    let isNumbered = kind != .fifo
    let path = cleanPath(node.path)
    nodes.removeAll { $0.path == path }
    nodes.append(
      RuntimeSpec.Linux.Device(
        path: path, type: kind, major: isNumbered ? major : nil, minor: isNumbered ? minor : nil,
        fileMode: node.fileMode, uid: node.userID, gid: node.groupID))
    guard isNumbered, node.permissions != "none" else { return }
    rules.append(
      RuntimeSpec.Linux.Resources.DeviceRule(
        allow: true, type: kind == .block ? .block : .character, major: major, minor: minor,
        access: node.permissions ?? "rwm"))
  }

  private mutating func add(_ mount: ContainerEdits.Mount, _ source: String) throws(DeviceProblem) {
    var options = mount.options
    if mount.isBind {
      _ = try status(mount.hostPath, "mount", source)
      if !options.contains("bind"), !options.contains("rbind") { options.append("bind") }
    }
    let place = cleanPath(mount.containerPath)
    mounts.removeAll { $0.destination == place }
    mounts.append(
      RuntimeSpec.Mount(
        destination: place, type: mount.isBind ? "bind" : mount.type, source: mount.hostPath, options: options
      ))
  }

  private mutating func add(_ hook: ContainerEdits.Hook, _ source: String) throws(DeviceProblem) {
    // The path of `startContainer` is one of the container's (runtime-spec config.md, POSIX-platform Hooks).
    if hook.name != .startContainer { _ = try status(hook.hook.path, "hook", source) }
    switch hook.name {
    case .prestart: hooks.prestart = (hooks.prestart ?? []) + [hook.hook]
    case .createRuntime: hooks.createRuntime = (hooks.createRuntime ?? []) + [hook.hook]
    case .createContainer: hooks.createContainer = (hooks.createContainer ?? []) + [hook.hook]
    case .startContainer: hooks.startContainer = (hooks.startContainer ?? []) + [hook.hook]
    case .poststart: hooks.poststart = (hooks.poststart ?? []) + [hook.hook]
    case .poststop: hooks.poststop = (hooks.poststop ?? []) + [hook.hook]
    }
  }

  /// What is at a path of the host; links are followed.
  private func status(
    _ path: String, _ what: String, _ source: String
  ) throws(DeviceProblem) -> FileStatus {
    do throws(SystemError) { return try fileStatus(path) } catch {
      throw DeviceProblem("\(source): \(what) \(quoted(path)): \(error.reason)")
    }
  }
}

extension RuntimeSpec.Linux.Device.Kind {
  fileprivate var isCharacter: Bool { self == .character || self == .unbuffered }
}

extension FileStatus {
  fileprivate var deviceKind: RuntimeSpec.Linux.Device.Kind? {
    switch kind {
    case .characterDevice: .character
    case .blockDevice: .block
    case .fifo: .fifo
    default: nil
    }
  }
}
