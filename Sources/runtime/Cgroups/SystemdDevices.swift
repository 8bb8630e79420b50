internal import LinuxBus
internal import LinuxSystem

extension DeviceRules {
  /// The device rules as systemd knows them: a list of what is allowed, and nothing else (systemd.resource-control(5),
  /// DeviceAllow= and DevicePolicy=).
  ///
  /// The rules are enforced by us in any case. On v1 systemd writes to the same files when it reloads, so it is told
  /// rules that never allow more than ours: what it has no words for is denied then. On v2 it attaches a filter of its
  /// own beside ours and both must allow, so it is told nothing where it has no words.
  func systemdProperties(unified: Bool) -> [SystemdProperty] {
    let open = [SystemdProperty("DevicePolicy", .string("auto")), allow([])]
    if allowsByDefault { return exceptions.isEmpty || unified ? open : [strict, allow([])] }
    let entries = exceptions.map(\.systemdPath)
    if unified, entries.contains(nil) { return open }
    return [
      strict,
      allow(
        zip(entries, exceptions).compactMap { (path, device) in
          path.map { .structure([.string($0), .string(device.access.letters)]) }
        }),
    ]
  }

  private var strict: SystemdProperty { SystemdProperty("DevicePolicy", .string("strict")) }

  private func allow(_ entries: [BusValue]) -> SystemdProperty {
    SystemdProperty("DeviceAllow", .array(of: "(ss)", entries))
  }
}

extension DeviceException {
  /// How systemd names them: a node below /dev by its numbers, which it reads off the path (since 240), or a group; nil
  /// for one minor number of all major ones.
  fileprivate var systemdPath: String? {
    let kind = isBlock ? "block" : "char"
    return switch (major, minor) {
    case (let major?, let minor?): "/dev/\(kind)/\(major):\(minor)"
    case (let major?, nil): "\(kind)-\(major)"
    case (nil, nil): "\(kind)-*"
    case (nil, _?): nil
    }
  }
}

extension DeviceAccess {
  /// `rwm`, or fewer of them.
  var letters: String {
    (contains(.read) ? "r" : "") + (contains(.write) ? "w" : "") + (contains(.mknod) ? "m" : "")
  }
}
