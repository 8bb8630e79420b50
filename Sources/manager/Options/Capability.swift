/// The names of capabilities(7), in the order of their numbers.
package enum Capability: String, Codable, Hashable, Sendable, CaseIterable {
  case chown, dac_override, dac_read_search, fowner, fsetid, kill, setgid, setuid, setpcap, linux_immutable
  case net_bind_service, net_broadcast, net_admin, net_raw, ipc_lock, ipc_owner, sys_module, sys_rawio
  case sys_chroot, sys_ptrace, sys_pacct, sys_admin, sys_boot, sys_nice, sys_resource, sys_time
  case sys_tty_config, mknod, lease, audit_write, audit_control, setfcap, mac_override, mac_admin, syslog
  case wake_alarm, block_suspend, audit_read, perfmon, bpf, checkpoint_restore

  /// As the runtime specification writes it: `CAP_SYS_ADMIN`.
  package var name: String { "CAP_" + rawValue.uppercased() }

  /// The bit of this capability in the masks of /proc.
  package var bit: UInt64 { 1 << UInt64(Capability.allCases.firstIndex(of: self) ?? 0) }

  /// What docker gives a container (moby, DefaultCapabilities).
  package static var defaults: Set<Capability> { Set(defaultList) }

  /// The same as a list: the first use of a set of them looks for its hashing among all that the program knows, which
  /// takes a tenth of a millisecond.
  static var defaultList: [Capability] {
    [
      .chown, .dac_override, .fsetid, .fowner, .mknod, .net_raw, .setgid, .setuid, .setfcap, .setpcap,
      .net_bind_service, .sys_chroot, .kill, .audit_write,
    ]
  }
}

/// One `--cap-add` or `--cap-drop`: a capability, with or without `CAP_`, in any case; or `ALL`.
package enum CapabilityOption: Hashable, Sendable {
  /// Every capability that the kernel has.
  case all
  /// The one named.
  case one(Capability)

  /// As inspect shows it: `CAP_NET_ADMIN` or `ALL`.
  package var name: String {
    switch self {
    case .all: "ALL"
    case .one(let capability): capability.name
    }
  }

  /// Reads the value of `option`.
  /// - Throws: `OptionError` when no capability has the name.
  package init(_ value: String, option: String) throws(OptionError) {
    let lower = value.lowercased()
    if lower == "all" || lower == "cap_all" {
      self = .all
      return
    }
    let short = lower.hasPrefix("cap_") ? String(lower.dropFirst(4)) : lower
    guard let capability = Capability(rawValue: short) else {
      throw OptionError(option, value, "unknown capability; expected a name of capabilities(7) or ALL")
    }
    self = .one(capability)
  }
}
