internal import Cgroups
internal import LinuxSystem
package import OCIRuntimeSpec

/// The configuration that `spec` writes: what runc's users expect to find in it, to be edited by hand.
/// - Parameter unifiedCgroups: whether there is cgroup v2 alone. Only there it asks for a cgroup namespace, as in runc and
///   crun: on v1 who edits it adds one, and one listed twice is an error.
package func defaultSpecification(unifiedCgroups: Bool = true) -> RuntimeSpec {
  let kinds: [RuntimeSpec.Linux.Namespace.Kind] = [.pid, .network, .ipc, .uts, .mount]
  let capabilities = ["CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE"]
  return RuntimeSpec(
    ociVersion: specificationVersion,
    process: RuntimeSpec.Process(
      terminal: true, user: RuntimeSpec.Process.User(uid: 0, gid: 0), args: ["sh"],
      env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "TERM=xterm"], cwd: "/",
      capabilities: RuntimeSpec.Process.Capabilities(
        bounding: capabilities, effective: capabilities, permitted: capabilities),
      rlimits: [RuntimeSpec.Process.ResourceLimit(type: "RLIMIT_NOFILE", hard: 1024, soft: 1024)],
      noNewPrivileges: true),
    root: RuntimeSpec.Root(path: "rootfs", readonly: true), hostname: "apus", mounts: defaultMounts,
    linux: RuntimeSpec.Linux(
      resources: RuntimeSpec.Linux.Resources(devices: [
        RuntimeSpec.Linux.Resources.DeviceRule(allow: false, access: "rwm")
      ]),
      namespaces: (unifiedCgroups ? kinds + [.cgroup] : kinds).map { RuntimeSpec.Linux.Namespace(type: $0) },
      maskedPaths: [
        "/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/timer_list",
        "/proc/timer_stats", "/proc/sched_debug", "/sys/firmware", "/proc/scsi",
      ],
      readonlyPaths: ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]))
}

/// The same for whoever is not root (`spec --rootless`): a user namespace in which their own id is root, the host's
/// network, no limits, and nothing that needs a second id or a network namespace of its own.
package func rootlessSpecification(unifiedCgroups: Bool = true) -> RuntimeSpec {
  var spec = defaultSpecification(unifiedCgroups: unifiedCgroups)
  spec.linux?.namespaces?.removeAll { $0.type == .network }
  spec.linux?.namespaces?.append(RuntimeSpec.Linux.Namespace(type: .user))
  spec.linux?.uidMappings = [RuntimeSpec.IDMapping(containerID: 0, hostID: effectiveUserID(), size: 1)]
  spec.linux?.gidMappings = [RuntimeSpec.IDMapping(containerID: 0, hostID: effectiveGroupID(), size: 1)]
  spec.linux?.resources = nil
  spec.mounts = defaultMounts.filter { !$0.destination.hasPrefix("/sys") }.map { mount in
    var mount = mount
    mount.options?.removeAll { $0.hasPrefix("gid=") || $0.hasPrefix("uid=") }
    return mount
  }
  spec.mounts?.append(
    mount("/sys", "none", "/sys", ["rbind", "nosuid", "noexec", "nodev", "ro", "rro"]))
  // The container's own on top of the host's, as its cgroup namespace has it.
  if unifiedCgroups { spec.mounts?.append(contentsOf: defaultMounts.filter { $0.type == "cgroup" }) }
  return spec
}

/// Whether this machine has cgroup v2 alone.
package func hasUnifiedCgroups() -> Bool { (try? CgroupLayout.gather().mode) == .v2 }

private let defaultMounts: [RuntimeSpec.Mount] = [
  mount("/proc", "proc", "proc", []),
  mount("/dev", "tmpfs", "tmpfs", ["nosuid", "strictatime", "mode=755", "size=65536k"]),
  mount(
    "/dev/pts", "devpts", "devpts",
    ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"]),
  mount("/dev/shm", "tmpfs", "shm", ["nosuid", "noexec", "nodev", "mode=1777", "size=65536k"]),
  mount("/dev/mqueue", "mqueue", "mqueue", ["nosuid", "noexec", "nodev"]),
  mount("/sys", "sysfs", "sysfs", ["nosuid", "noexec", "nodev", "ro"]),
  mount("/sys/fs/cgroup", "cgroup", "cgroup", ["nosuid", "noexec", "nodev", "relatime", "ro"]),
]

private func mount(_ destination: String, _ type: String, _ source: String, _ options: [String])
  -> RuntimeSpec.Mount
{
  RuntimeSpec.Mount(
    destination: destination, type: type, source: source, options: options.isEmpty ? nil : options)
}
