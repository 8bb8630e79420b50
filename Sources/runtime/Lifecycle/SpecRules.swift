package import OCIRuntimeSpec

/// The rules that a configuration must keep, as a list of named checks. All of them run, so that one look at the
/// message is enough; nothing has been made when they fail.
package enum SpecRules {
  private static let rules: [@Sendable (RuntimeSpec) -> [Violation]] = [
    version, root, process, terminalSize, hostAndDomainName, sysctls, devices, pathLists, annotationKeys,
    HookRules.violations, UserNamespaceRules.violations, timeOffsets, memoryPolicy, personality, netDevices,
    resourceControl, hasLinux,
  ]

  /// Every violation, in the order of the rules.
  package static func violations(_ spec: RuntimeSpec) -> [Violation] { rules.flatMap { $0(spec) } }

  /// ociVersion MUST be SemVer 2.0.0 (config.md, Specification version); this runtime knows major version 1.
  private static func version(_ spec: RuntimeSpec) -> [Violation] {
    let core = spec.ociVersion.utf8.prefix { $0 != UInt8(ascii: "-") && $0 != UInt8(ascii: "+") }
    let numbers = core.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    if numbers.count == 3, numbers.allSatisfy(isNumber), numbers[0].elementsEqual("1".utf8) { return [] }
    return [Violation("ociVersion", "\"\(spec.ociVersion)\" is not supported, expected 1.x.y")]
  }

  private static func isNumber(_ text: Substring.UTF8View) -> Bool {
    !text.isEmpty && text.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
  }

  private static func root(_ spec: RuntimeSpec) -> [Violation] {
    guard let root = spec.root else { return [Violation("root", "missing, expected an object with a path")] }
    return root.path.isEmpty
      ? [Violation("root.path", "empty, expected the root file system's directory")] : []
  }

  private static func process(_ spec: RuntimeSpec) -> [Violation] {
    guard let process = spec.process else { return [Violation("process", "missing, expected an object")] }
    return ProcessRules.violations(process)
  }

  /// consoleSize counts in character cells of 16 bits, and without a terminal it means nothing (config.md, Process).
  private static func terminalSize(_ spec: RuntimeSpec) -> [Violation] {
    guard let process = spec.process, process.terminal == true, let size = process.consoleSize else {
      return []
    }
    return size.width > UInt16.max || size.height > UInt16.max
      ? [Violation("process.consoleSize", "\(size.width)x\(size.height) is more than a terminal can have")]
      : []
  }

  private static func hostAndDomainName(_ spec: RuntimeSpec) -> [Violation] {
    if has(.uts, spec) { return [] }
    let names = [("hostname", spec.hostname), ("domainname", spec.domainname)]
    return names.compactMap { name, value in
      value.map { _ in Violation(name, "unable to set \(name) without a private UTS namespace") }
    }
  }

  /// Only what belongs to one of the container's own namespaces: anything else would change the host.
  private static func sysctls(_ spec: RuntimeSpec) -> [Violation] {
    guard let parameters = spec.linux?.sysctl, !parameters.isEmpty else { return [] }
    return parameters.keys.sorted().compactMap { key in
      let path = "linux.sysctl[\"\(key)\"]"
      // Dots and slashes may both separate (sysctl.d(5)); neither form may climb or begin at the top.
      let name = key.contains("/") ? key.split(separator: "/").joined(separator: ".") : key
      guard let kind = SysctlNames.namespace(of: name), !key.contains(".."), !key.hasPrefix("/") else {
        return Violation(path, "not a parameter of a namespace")
      }
      return has(kind, spec) ? nil : Violation(path, "needs a private \(kind.rawValue) namespace")
    }
  }

  private static func devices(_ spec: RuntimeSpec) -> [Violation] {
    (spec.linux?.devices ?? []).enumerated().flatMap { index, device -> [Violation] in
      let path = "linux.devices[\(index)]"
      var found: [Violation] = []
      if !device.path.hasPrefix("/") {
        found.append(Violation("\(path).path", "\"\(device.path)\" is not absolute"))
      }
      if device.type != .fifo {
        for (name, number) in [("major", device.major), ("minor", device.minor)]
        where number.map({ !(0...Int64(UInt32.max)).contains($0) }) ?? true {
          found.append(Violation("\(path).\(name)", "missing or out of range, expected a device number"))
        }
      }
      return found
    }
  }

  private static func pathLists(_ spec: RuntimeSpec) -> [Violation] {
    relativePaths(spec.linux?.maskedPaths, "linux.maskedPaths")
      + relativePaths(spec.linux?.readonlyPaths, "linux.readonlyPaths")
  }

  private static func relativePaths(_ paths: [String]?, _ name: String) -> [Violation] {
    var found: [Violation] = []
    for (index, path) in (paths ?? []).enumerated() where !path.hasPrefix("/") {
      found.append(Violation("\(name)[\(index)]", "\"\(path)\" is not absolute"))
    }
    return found
  }

  private static func annotationKeys(_ spec: RuntimeSpec) -> [Violation] {
    spec.annotations?[""] == nil ? [] : [Violation("annotations", "an annotation key is empty")]
  }

  /// They can be set only before anybody is in the namespace, so one that is joined has its own (config-linux.md, Offset
  /// for Time Namespace).
  private static func timeOffsets(_ spec: RuntimeSpec) -> [Violation] {
    guard let offsets = spec.linux?.timeOffsets, !offsets.isEmpty else { return [] }
    let isNew = (spec.linux?.namespaces ?? []).contains { $0.type == .time && ($0.path ?? "").isEmpty }
    if !isNew {
      return [Violation("linux.timeOffsets", "needs a new time namespace in linux.namespaces")]
    }
    return offsets.sorted { $0.key < $1.key }.flatMap { clock, offset -> [Violation] in
      guard clock == "monotonic" || clock == "boottime" else {
        return [Violation("linux.timeOffsets[\"\(clock)\"]", "unknown clock, expected monotonic or boottime")]
      }
      return (offset.nanosecs ?? 0) < 1_000_000_000
        ? [] : [Violation("linux.timeOffsets[\"\(clock)\"].nanosecs", "is a second or more")]
    }
  }

  private static func hasLinux(_ spec: RuntimeSpec) -> [Violation] {
    // Not by `==`, which would make the type of a pair of them first.
    if case .some = spec.linux { return [] }
    return [Violation("linux", "missing, expected an object")]
  }

  private static func has(_ kind: RuntimeSpec.Linux.Namespace.Kind, _ spec: RuntimeSpec) -> Bool {
    (spec.linux?.namespaces ?? []).contains { $0.type == kind }
  }
}

/// The rules for a process: those of `process` in config.json and of `exec --process`.
package enum ProcessRules {
  /// What is wrong; `process.` stands before each path.
  package static func violations(_ process: RuntimeSpec.Process) -> [Violation] {
    var found: [Violation] = []
    if !process.cwd.hasPrefix("/") {
      found.append(Violation("process.cwd", "\"\(process.cwd)\" is not an absolute path"))
    }
    if (process.args ?? []).isEmpty {
      found.append(Violation("process.args", "empty, expected the program to run"))
    }
    for (index, entry) in (process.env ?? []).enumerated() where entry.utf8.contains(0) {
      found.append(Violation("process.env[\(index)]", "holds a NUL byte"))
    }
    for (index, argument) in (process.args ?? []).enumerated() where argument.utf8.contains(0) {
      found.append(Violation("process.args[\(index)]", "holds a NUL byte"))
    }
    return found + schedulingViolations(process) + ProcessLabels(process).violations
  }
}

/// Which kernel parameters belong to a namespace (namespaces(7), proc(5)).
enum SysctlNames {
  private static let ipc = [
    "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax",
    "kernel.shmmni", "kernel.shm_rmid_forced",
  ]

  static func namespace(of name: String) -> RuntimeSpec.Linux.Namespace.Kind? {
    if ipc.contains(name) || name.hasPrefix("fs.mqueue.") { return .ipc }
    if name.hasPrefix("net.") { return .network }
    // How many namespaces and the like may be made in it (namespaces(7), The /proc/sys/user directory).
    if name.hasPrefix("user.") { return .user }
    // kernel.hostname is set by `hostname`; two sources for one value would be decided by order.
    return name == "kernel.domainname" ? .uts : nil
  }
}
