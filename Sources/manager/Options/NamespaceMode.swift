/// Whose namespace a container gets: `--pid`, `--ipc`, `--uts`, `--userns`, `--cgroupns`.
package enum NamespaceMode: RawRepresentable, Codable, Hashable, Sendable {
  /// One of its own.
  case own
  /// The host's.
  case host
  /// One of its own, that others may join with their `--ipc container:NAME`.
  case shareable
  /// One of its own, and no /dev/shm.
  case none
  /// Another container's: a name, or an id.
  case container(String)

  /// The flags, each with what can be had.
  package enum Flag: String, Sendable {
    case pid, ipc, uts, userns, cgroupns

    /// docker's word for it.
    var noun: String {
      switch self {
      case .pid: "PID"
      case .ipc: "IPC"
      case .uts: "UTS"
      case .userns: "USER"
      case .cgroupns: "CGROUP"
      }
    }

    var allowed: String {
      switch self {
      case .pid: "host, private or container:NAME"
      case .ipc: "none, private, shareable, host or container:NAME"
      case .uts: "host"
      case .userns: "host; containers have no user namespace"
      case .cgroupns: "host or private"
      }
    }
  }

  /// Reads the value of a flag; empty is one's own.
  /// - Throws: `OptionError` in docker's words.
  package init(_ value: String, flag: Flag) throws(OptionError) {
    func invalid() -> OptionError {
      OptionError("--\(flag.rawValue)", value, "invalid \(flag.noun) mode; expected \(flag.allowed)")
    }
    if value.isEmpty {
      self = .own
      return
    }
    guard let mode = NamespaceMode(rawValue: value) else { throw invalid() }
    let isAllowed =
      switch (mode, flag) {
      case (.host, _), (.own, .pid), (.own, .ipc), (.own, .cgroupns): true
      case (.container, .pid), (.container, .ipc), (.shareable, .ipc), (.none, .ipc): true
      default: false
      }
    guard isAllowed else { throw invalid() }
    self = mode
  }

  /// As the flag has it.
  package var rawValue: String {
    switch self {
    case .own: "private"
    case .host: "host"
    case .shareable: "shareable"
    case .none: "none"
    case .container(let name): "container:\(name)"
    }
  }

  /// Reads what `rawValue` wrote.
  package init?(rawValue: String) {
    switch rawValue {
    case "private": self = .own
    case "host": self = .host
    case "shareable": self = .shareable
    case "none": self = .none
    default:
      guard rawValue.hasPrefix("container:"), rawValue.utf8.count > 10 else { return nil }
      self = .container(String(rawValue.dropFirst(10)))
    }
  }
}
