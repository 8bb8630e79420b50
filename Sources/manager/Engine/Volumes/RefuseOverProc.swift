extension ContainerMount {
  /// Refuses what would hide from a container what the kernel tells it, by runc's rules and in its words
  /// (libcontainer/rootfs_linux.go, checkProcMount): with docker, an image with `VOLUME /proc/sys` does not start.
  ///
  /// By the path alone; a link of the image that leads to /proc is the runtime's to follow.
  func refuseOverProc() throws(EngineError) {
    if destination == "/proc" {
      // The host's own, as `--pid host` has it.
      guard kind != .bind || source != "/proc" else { return }
      throw EngineError(.invalid, "\"/proc\" cannot be mounted because it is not of type proc")
    }
    guard destination.hasPrefix("/proc/"), !Self.emulated.contains(destination) else { return }
    throw EngineError(.invalid, "\"\(destination)\" cannot be mounted because it is inside /proc")
  }

  /// What lxcfs and the like put in the kernel's place, to tell a container of its own share of the machine.
  private static let emulated: Set<String> = [
    "/proc/cpuinfo", "/proc/diskstats", "/proc/meminfo", "/proc/stat", "/proc/swaps", "/proc/uptime",
    "/proc/loadavg", "/proc/slabinfo", "/proc/net/dev", "/proc/sys/kernel/ns_last_pid",
  ]
}
