// What a fact of the host means. Pure, and so told apart from finding it out.

extension HostFinding {
  /// The kernel by its release, such as `6.1.0-18-amd64`.
  static func kernel(_ release: String) -> HostFinding {
    let numbers = release.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
    guard numbers.count == 2 else {
      return HostFinding("kernel", .warn, "release \(release) is not understood")
    }
    let version = (numbers[0], numbers[1])
    // Every path in a container is opened by openat2(2).
    if version < (5, 6) {
      return HostFinding("kernel", .fail, release, advice: "Linux 5.6 or newer is needed (openat2)")
    }
    if version < (5, 12) {
      return HostFinding(
        "kernel", .warn, release,
        advice: "recursively read-only and id-mapped mounts need Linux 5.12 (mount_setattr)")
    }
    return HostFinding("kernel", .ok, release)
  }

  /// The controllers that may be used.
  static func cgroups(layout: String, controllers: Set<String>) -> HostFinding {
    guard !controllers.isEmpty else {
      return HostFinding(
        "cgroups", .fail, "no controllers are there", advice: "mount cgroup2 on /sys/fs/cgroup")
    }
    let wanted = [["memory"], ["cpu"], ["cpuset"], ["pids"], ["io", "blkio"]]
    let missing = wanted.filter { names in !names.contains { controllers.contains($0) } }.map { $0[0] }
    let found = "\(layout): \(controllers.sorted().joined(separator: " "))"
    guard missing.isEmpty else {
      return HostFinding(
        "cgroups", .warn, found,
        advice: "no limits for \(missing.joined(separator: ", ")): enable them on the kernel's command line "
          + "(cgroup_enable=…) or in cgroup.subtree_control")
    }
    return HostFinding("cgroups", .ok, found)
  }

  /// A limit that should be at least so high.
  static func limit(_ subject: String, _ value: UInt64, atLeast needed: UInt64, advice: String) -> HostFinding
  {
    let text = value == .max ? "unlimited" : "\(value)"
    return value >= needed
      ? HostFinding(subject, .ok, text)
      : HostFinding(subject, .warn, "\(text), less than \(needed)", advice: advice)
  }

  /// The room of the file system that holds the root.
  static func space(_ path: String, freeBytes: UInt64, allBytes: UInt64) -> HostFinding {
    let found =
      "\(HumanSize(bytes: Int64(clamping: freeBytes))) of \(HumanSize(bytes: Int64(clamping: allBytes))) free at \(path)"
    let advice = "remove what is not needed (rm, rmi), or move --root to a larger disk"
    if freeBytes < 100_000_000 { return HostFinding("space", .fail, found, advice: advice) }
    if freeBytes < 1_000_000_000 || freeBytes < allBytes / 20 {
      return HostFinding("space", .warn, found, advice: advice)
    }
    return HostFinding("space", .ok, found)
  }

  /// Whether the file system that holds the root can carry a container's writable layer (kernel
  /// Documentation/filesystems/overlayfs, upper and lower).
  /// - Parameters:
  ///   - magic: statfs(2)'s f_type.
  ///   - tellsKinds: whether listings tell what entries are; nil when nothing was there to ask.
  static func fileSystem(_ path: String, magic: Int64, tellsKinds: Bool?) -> HostFinding {
    let subject = "file system"
    switch magic {
    case 0x6969:
      return HostFinding(
        subject, .fail, "\(path) is on NFS",
        advice: "overlayfs cannot write there; give a --root on a local disk")
    case 0x794c_7630:
      return HostFinding(
        subject, .fail, "\(path) is on overlayfs",
        advice: "overlayfs cannot write on itself; give a --root on a volume or another disk")
    case 0x0102_1994:
      return HostFinding(
        subject, .warn, "\(path) is on tmpfs", advice: "everything is lost when the machine goes down")
    default: break
    }
    guard tellsKinds != false else {
      return HostFinding(
        subject, .fail, "\(path) does not tell the kinds of files (xfs with ftype=0)",
        advice: "make the file system anew with mkfs.xfs -n ftype=1")
    }
    let names: [Int64: String] = [
      0xef53: "ext4", 0x5846_5342: "xfs", 0x9123_683e: "btrfs", 0x2fc1_2fc1: "zfs",
    ]
    return HostFinding(
      subject, .ok, "\(path) is on \(names[magic] ?? "a file system of type 0x\(String(magic, radix: 16))")")
  }

  /// What killed commands left, a line each.
  static func leftovers(_ found: [String]) -> HostFinding {
    found.isEmpty
      ? HostFinding("leftovers", .ok, "none")
      : HostFinding(
        "leftovers", .warn, found.joined(separator: ", "),
        advice: "the next command that makes or removes a container sweeps them")
  }

  /// The unit that starts containers with the machine.
  /// - Parameters:
  ///   - unit: its path; nil when there is none.
  ///   - program: what it starts, and whether that is there.
  ///   - waiting: how many containers want to be started at boot.
  static func bootUnit(_ unit: String?, program: (name: String, isThere: Bool)?, waiting: Int) -> HostFinding
  {
    let subject = "boot unit"
    guard let unit else {
      return waiting == 0
        ? HostFinding(subject, .ok, "none, and no container that asks for one")
        : HostFinding(
          subject, .warn, "none, and \(waiting) containers with a restart policy",
          advice: "install packaging/systemd/apus.service, or they do not start with the machine")
    }
    guard let program, program.isThere else {
      return HostFinding(
        subject, .warn, "\(unit) starts \(program?.name ?? "nothing"), which is not there",
        advice: "correct its ExecStart, or install the program")
    }
    return HostFinding(subject, .ok, unit)
  }
}
