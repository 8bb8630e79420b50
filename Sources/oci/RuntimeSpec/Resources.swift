import JSONDocument

extension RuntimeSpec.Linux {
  /// Limits, applied through cgroups (config-linux.md, Control groups).
  package struct Resources: Codable, Sendable, Equatable {
    /// Which devices may be used; later rules count over earlier ones.
    package var devices: [DeviceRule]?
    /// Memory.
    package var memory: Memory?
    /// CPU time and CPUs.
    package var cpu: CPU?
    /// Tasks.
    package var pids: PIDs?
    /// Disks.
    package var blockIO: BlockIO?
    /// Huge pages.
    package var hugepageLimits: [HugepageLimit]?
    /// Marks of network packets; cgroup v1 only.
    package var network: Network?
    /// RDMA resources, by device.
    package var rdma: [String: RDMA]?
    /// Values for files of cgroup v2, by file name.
    package var unified: [String: String]?

    /// Makes a value; what is not given is absent.
    package init(
      devices: [DeviceRule]? = nil, memory: Memory? = nil, cpu: CPU? = nil, pids: PIDs? = nil,
      blockIO: BlockIO? = nil, hugepageLimits: [HugepageLimit]? = nil, network: Network? = nil,
      rdma: [String: RDMA]? = nil, unified: [String: String]? = nil
    ) {
      self.devices = devices
      self.memory = memory
      self.cpu = cpu
      self.pids = pids
      self.blockIO = blockIO
      self.hugepageLimits = hugepageLimits
      self.network = network
      self.rdma = rdma
      self.unified = unified
    }
  }
}
