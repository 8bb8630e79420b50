internal import JSONDocument
internal import OCIRuntimeSpec
internal import Options

/// The rules of SPEC.md and of CDI's own library (pkg/cdi, container-edits.go; specs-go, version.go).
extension DeviceSpecification {
  /// The versions that there are; those before the first were never released.
  static let versions = ["0.3.0", "0.4.0", "0.5.0", "0.6.0", "0.7.0", "0.8.0", "1.0.0", "1.1.0"]

  /// - Throws: `DocumentError` with the first rule that is broken.
  func check(file: String) throws(DocumentError) {
    let rules = Rules(file: file)
    if let fault = QualifiedDevice.fault(kind: kind) {
      throw rules.broken([.member("kind")], "\(fault); a kind is vendor.com/class")
    }
    guard !devices.isEmpty else { throw rules.broken([.member("devices")], "there is none, one is needed") }
    try rules.check(edits, at: [.member("containerEdits")])
    var names: Set<String> = []
    for (index, device) in devices.enumerated() {
      let place: [DocumentError.Step] = [.member("devices"), .element(index)]
      if let fault = QualifiedDevice.fault(device: device.name) {
        throw rules.broken(place + [.member("name")], fault)
      }
      guard names.insert(device.name).inserted else {
        throw rules.broken(place + [.member("name")], "the device \(quoted(device.name)) is there twice")
      }
      guard device.edits != ContainerEdits() else {
        throw rules.broken(place + [.member("containerEdits")], "nothing is edited for the device")
      }
      try rules.check(device.edits, at: place + [.member("containerEdits")])
    }
    try checkVersion(rules)
  }

  /// That the version is one, and has all that the file uses.
  private func checkVersion(_ rules: Rules) throws(DocumentError) {
    let written = version.hasPrefix("v") ? String(version.dropFirst()) : version
    guard let place = Self.versions.firstIndex(of: written) else {
      throw rules.broken(
        [.member("cdiVersion")],
        "unknown version \(quoted(version)), expected one of \(Self.versions.joined(separator: ", "))")
    }
    for (needed, what) in needs where Self.versions.firstIndex(of: needed) ?? 0 > place {
      throw rules.broken([.member("cdiVersion")], "\(version) has no \(what), which came with \(needed)")
    }
  }

  /// What of the file came with which version.
  private var needs: [(version: String, what: String)] {
    let all = [edits] + devices.map(\.edits)
    let directors = all.compactMap(\.resourceDirector)
    let checks: [(String, String, Bool)] = [
      ("1.1.0", "netDevices", all.contains { !$0.networkDevices.isEmpty }),
      ("1.1.0", "intelRdt.schemata", directors.contains { $0.schemata != nil }),
      ("0.7.0", "intelRdt", !directors.isEmpty),
      ("0.7.0", "additionalGids", all.contains { !$0.groups.isEmpty }),
      ("0.6.0", "annotations", !annotations.isEmpty || devices.contains { !$0.annotations.isEmpty }),
      ("0.6.0", "dot in the class", QualifiedDevice.split(kind: kind).deviceClass.contains(".")),
      (
        "0.5.0", "device name that begins with a digit",
        devices.contains { $0.name.first?.isNumber == true }
      ),
      ("0.5.0", "hostPath of a node", all.contains { $0.deviceNodes.contains { $0.hostPath != nil } }),
      ("0.4.0", "type of a mount", all.contains { $0.mounts.contains { $0.type != nil } }),
    ]
    return checks.filter(\.2).map { ($0.0, $0.1) }
  }
}

/// The rules of edits, with the file for their errors.
private struct Rules {
  typealias Path = [DocumentError.Step]
  let file: String

  func broken(_ path: Path, _ words: String) -> DocumentError {
    DocumentError(file: file, path: path, rule: words)
  }

  func check(_ edits: ContainerEdits, at path: Path) throws(DocumentError) {
    try checkVariables(edits.environment, path + [.member("env")])
    for (index, node) in edits.deviceNodes.enumerated() {
      try check(node, at: path + [.member("deviceNodes"), .element(index)])
    }
    for (index, mount) in edits.mounts.enumerated() {
      let place = path + [.member("mounts"), .element(index)]
      try checkAbsolute(mount.containerPath, place + [.member("containerPath")])
      if mount.isBind { try checkAbsolute(mount.hostPath, place + [.member("hostPath")]) }
    }
    for (index, hook) in edits.hooks.enumerated() {
      let place = path + [.member("hooks"), .element(index)]
      try checkAbsolute(hook.hook.path, place + [.member("path")])
      try checkVariables(hook.hook.env ?? [], place + [.member("env")])
      if let timeout = hook.hook.timeout, timeout <= 0 {
        throw broken(place + [.member("timeout")], "\(timeout) seconds; expected more than 0")
      }
    }
    try checkNames(edits.networkDevices, path + [.member("netDevices")])
    if let group = edits.resourceDirector?.closID, group != "/" {
      // A directory of resctrl.
      guard group.utf8.count < 4096, ![".", ".."].contains(group),
        !group.contains(where: { "/\n".contains($0) })
      else {
        throw broken(path + [.member("intelRdt"), .member("closID")], "\(quoted(group)) is no file name")
      }
    }
  }

  private func check(_ node: ContainerEdits.DeviceNode, at path: Path) throws(DocumentError) {
    try checkAbsolute(node.path, path + [.member("path")])
    if let hostPath = node.hostPath { try checkAbsolute(hostPath, path + [.member("hostPath")]) }
    // -1 would be every device in a cgroup's rule.
    for (name, number) in [("major", node.major), ("minor", node.minor)]
    where !(0...Int64(UInt32.max)).contains(number) {
      throw broken(path + [.member(name)], "\(number) is no device number")
    }
    if let permissions = node.permissions, permissions != "none",
      !permissions.allSatisfy({ "rwm".contains($0) })
    {
      throw broken(
        path + [.member("permissions")], "\(quoted(permissions)); expected some of r, w and m, or none")
    }
  }

  private func checkVariables(_ list: [String], _ path: Path) throws(DocumentError) {
    for (index, text) in list.enumerated() where text.hasPrefix("=") || !text.contains("=") {
      throw broken(path + [.element(index)], "\(quoted(text)) is no NAME=value")
    }
  }

  private func checkNames(_ devices: [ContainerEdits.NetworkDevice], _ path: Path) throws(DocumentError) {
    var (outside, inside) = (Set<String>(), Set<String>())
    for (index, device) in devices.enumerated() {
      for (name, text) in [("hostInterfaceName", device.hostInterfaceName), ("name", device.name)]
      where text.isEmpty {
        throw broken(path + [.element(index), .member(name)], "it is empty")
      }
      guard outside.insert(device.hostInterfaceName).inserted, inside.insert(device.name).inserted else {
        throw broken(path + [.element(index)], "an interface is there twice")
      }
    }
  }

  private func checkAbsolute(_ text: String, _ path: Path) throws(DocumentError) {
    guard text.hasPrefix("/") else { throw broken(path, "\(quoted(text)) is not an absolute path") }
  }
}

extension ContainerEdits.Mount {
  /// Whether a path of the host is shown; the specification's example names no type and no `bind`, but means one.
  var isBind: Bool { type == nil || type == "bind" || options.contains("bind") || options.contains("rbind") }
}
