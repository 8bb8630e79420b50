internal import LinuxSystem
internal import OCIRuntimeSpec

/// What a configuration must say for its user namespace (runtime-spec config-linux.md, User namespace mappings).
enum UserNamespaceRules {
  /// Every violation; nothing has been made yet.
  static func violations(_ spec: RuntimeSpec) -> [Violation] {
    let (users, groups) = (spec.linux?.uidMappings ?? [], spec.linux?.gidMappings ?? [])
    let namespace = (spec.linux?.namespaces ?? []).first { $0.type == .user }
    if namespace == nil, users.isEmpty, groups.isEmpty { return [] }
    let lists = [("uidMappings", users), ("gidMappings", groups)]
    guard let namespace else {
      return lists.filter { !$0.1.isEmpty }.map {
        Violation("linux.\($0.0)", "needs a user namespace in linux.namespaces")
      }
    }
    let wrong = lists.flatMap { ranges($0.1, "linux.\($0.0)") }
    if !wrong.isEmpty { return wrong }
    // One that is joined has its mappings already; those given here are compared when it has been joined.
    if !(namespace.path ?? "").isEmpty { return [] }
    let missing = lists.filter { $0.1.isEmpty }
    if !missing.isEmpty {
      return missing.map { Violation("linux.\($0.0)", "missing, a new user namespace needs mappings") }
    }
    guard let mappings = IDMappings(spec.linux) else { return [] }
    return userIsMapped(spec.process?.user, mappings) + terminalGroupIsMapped(spec.mounts ?? [], mappings)
  }

  /// Who the process is to be must exist in the namespace; the kernel would only say "invalid argument".
  static func userIsMapped(_ user: RuntimeSpec.Process.User?, _ mappings: IDMappings) -> [Violation] {
    var found: [Violation] = []
    let (userID, groupID) = (user?.uid ?? 0, user?.gid ?? 0)
    if mappings.user(userID) == nil { found.append(unmapped("process.user.uid", "user", userID)) }
    if mappings.group(groupID) == nil { found.append(unmapped("process.user.gid", "group", groupID)) }
    for (index, group) in (user?.additionalGids ?? []).enumerated() where mappings.group(group) == nil {
      found.append(unmapped("process.user.additionalGids[\(index)]", "group", group))
    }
    return found
  }

  /// The owners of devices that are made for the container.
  static func ownersAreMapped(
    _ devices: [RuntimeSpec.Linux.Device], _ mappings: IDMappings
  ) -> [Violation] {
    var found: [Violation] = []
    for (index, device) in devices.enumerated() {
      let (path, user, group) = ("linux.devices[\(index)]", device.uid ?? 0, device.gid ?? 0)
      if mappings.user(user) == nil { found.append(unmapped("\(path).uid", "user", user)) }
      if mappings.group(group) == nil { found.append(unmapped("\(path).gid", "group", group)) }
    }
    return found
  }

  /// Where the kernel forbids to set groups, additional ones cannot be had.
  static func noGroups(_ user: RuntimeSpec.Process.User?) -> [Violation] {
    (user?.additionalGids ?? []).isEmpty
      ? [] : [Violation("process.user.additionalGids", "groups cannot be set in this user namespace")]
  }

  private static func unmapped(_ path: String, _ kind: String, _ id: UInt32) -> Violation {
    Violation(path, "\(kind) \(id) is not mapped in the user namespace")
  }

  private static func ranges(_ mappings: [RuntimeSpec.IDMapping], _ path: String) -> [Violation] {
    var found: [Violation] = []
    for (index, mapping) in mappings.enumerated() {
      let place = "\(path)[\(index)]"
      let ends = [mapping.containerID, mapping.hostID].map { UInt64($0) + UInt64(mapping.size) }
      if mapping.size == 0 {
        found.append(Violation("\(place).size", "0, expected at least 1"))
      } else if ends.contains(where: { $0 > UInt64(UInt32.max) }) {
        found.append(Violation(place, "goes beyond the last id, \(UInt32.max - 1)"))
      } else if mappings[..<index].contains(where: { overlap($0, mapping) }) {
        found.append(Violation(place, "overlaps an earlier mapping"))
      }
    }
    return found
  }

  private static func overlap(_ one: RuntimeSpec.IDMapping, _ other: RuntimeSpec.IDMapping) -> Bool {
    [(one.containerID, other.containerID), (one.hostID, other.hostID)].contains { first, second in
      UInt64(first) < UInt64(second) + UInt64(other.size) && UInt64(second) < UInt64(first) + UInt64(one.size)
    }
  }

  /// devpts takes `gid=5` of the standard configuration only if the group exists.
  private static func terminalGroupIsMapped(
    _ mounts: [RuntimeSpec.Mount], _ mappings: IDMappings
  ) -> [Violation] {
    mounts.enumerated().flatMap { index, mount in
      (mount.options ?? []).enumerated().compactMap { number, option -> Violation? in
        let path = "mounts[\(index)].options[\(number)]"
        if option.hasPrefix("gid="), let group = UInt32(option.dropFirst(4)), mappings.group(group) == nil {
          return Violation(path, "group \(group) is not mapped in the user namespace")
        }
        if option.hasPrefix("uid="), let user = UInt32(option.dropFirst(4)), mappings.user(user) == nil {
          return Violation(path, "user \(user) is not mapped in the user namespace")
        }
        return nil
      }
    }
  }
}

extension IDMappings {
  /// Those of `linux.uidMappings` and `gidMappings`; nil when there are none.
  init?(_ linux: RuntimeSpec.Linux?) {
    self.init(users: linux?.uidMappings, groups: linux?.gidMappings)
  }

  /// Those of the configuration's lists; nil when both are empty.
  init?(users: [RuntimeSpec.IDMapping]?, groups: [RuntimeSpec.IDMapping]?) {
    guard !(users ?? []).isEmpty || !(groups ?? []).isEmpty else { return nil }
    self.init(users: (users ?? []).map(IDRange.init), groups: (groups ?? []).map(IDRange.init))
  }
}

extension IDRange {
  init(_ mapping: RuntimeSpec.IDMapping) {
    self.init(inside: mapping.containerID, outside: mapping.hostID, count: mapping.size)
  }
}
