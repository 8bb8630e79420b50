package import OCIRuntimeSpec

/// What every container gets unless a flag says otherwise, as docker's users know it (moby, daemon/pkg/oci/defaults.go,
/// 28.x).
package enum DefaultIsolation {
  /// The mounts, in the order they are made.
  package static var mounts: [RuntimeSpec.Mount] {
    [
      mount("/proc", "proc", ["nosuid", "noexec", "nodev"]),
      mount("/dev", "tmpfs", ["nosuid", "strictatime", "mode=755", "size=65536k"]),
      mount(
        "/dev/pts", "devpts", ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]),
      mount("/sys", "sysfs", ["nosuid", "noexec", "nodev", "ro"]),
      mount("/sys/fs/cgroup", "cgroup", ["ro", "nosuid", "noexec", "nodev"]),
      mount("/dev/mqueue", "mqueue", ["nosuid", "noexec", "nodev"]),
      mount("/dev/shm", "tmpfs", ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"], source: "shm"),
    ]
  }

  private static func mount(
    _ destination: String, _ type: String, _ options: [String], source: String? = nil
  ) -> RuntimeSpec.Mount {
    RuntimeSpec.Mount(destination: destination, type: type, source: source ?? type, options: options)
  }

  /// What shows or changes the host through /proc and /sys.
  package static var maskedPaths: [String] {
    [
      "/proc/asound", "/proc/acpi", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
      "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/proc/scsi", "/sys/firmware",
      "/sys/devices/virtual/powercap",
    ]
  }

  /// What may be read and not written.
  package static var readOnlyPaths: [String] {
    ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]
  }

  /// Of the container's own network namespace: an ordinary user may open the ports below 1024 and may ping (moby,
  /// oci_linux.go, WithSysctls). Both are harmless where nobody else's ports are.
  package static var networkParameters: [String: String] {
    ["net.ipv4.ip_unprivileged_port_start": "0", "net.ipv4.ping_group_range": "0 2147483647"]
  }

  /// No device, except: making nodes (opening them is another matter), and the ones that every runtime puts into /dev
  /// (config-linux.md, Default devices). Written out in full, since only some runtimes add them on their own.
  package static var deviceRules: [RuntimeSpec.Linux.Resources.DeviceRule] {
    typealias Rule = RuntimeSpec.Linux.Resources.DeviceRule
    let makeNodes = [Rule.Kind.character, .block].map { Rule(allow: true, type: $0, access: "m") }
    // null, zero, full, random, urandom, tty, console, ptmx, and any pseudo-terminal.
    let nodes: [(Int64, Int64?)] = [
      (1, 3), (1, 5), (1, 7), (1, 8), (1, 9), (5, 0), (5, 1), (5, 2), (136, nil),
    ]
    let use = nodes.map { Rule(allow: true, type: .character, major: $0.0, minor: $0.1, access: "rwm") }
    return [Rule(allow: false, access: "rwm")] + makeNodes + use
  }
}
