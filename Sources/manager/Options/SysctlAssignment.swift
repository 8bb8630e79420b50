/// One `--sysctl`: a kernel parameter of one of the container's namespaces: `net.core.somaxconn=1024`.
package struct SysctlAssignment: Hashable, Sendable {
  /// The parameter, with dots.
  package let name: String
  /// What it is set to.
  package let value: String

  /// Which namespace a parameter belongs to.
  package enum Namespace: Sendable {
    case network, ipc
  }

  private static let ipc = [
    "kernel.msgmax", "kernel.msgmnb", "kernel.msgmni", "kernel.sem", "kernel.shmall", "kernel.shmmax",
    "kernel.shmmni", "kernel.shm_rmid_forced",
  ]

  /// Reads the value of `--sysctl`.
  /// - Throws: `OptionError` for a parameter that would be the host's.
  package init(_ text: String) throws(OptionError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].contains("\n") else {
      throw OptionError("--sysctl", text, "expected NAME=VALUE")
    }
    (name, value) = (parts[0], parts[1])
    guard Self.namespace(of: name) != nil, !name.contains(".."), !name.contains("/") else {
      throw OptionError(
        "--sysctl", text,
        "sysctl '\(name)' is not allowed: a container has net.*, fs.mqueue.* and kernel.{msg,sem,shm}* of its own"
      )
    }
  }

  /// nil for one of the whole machine.
  package static func namespace(of name: String) -> Namespace? {
    if name.hasPrefix("net.") { return .network }
    return ipc.contains(name) || name.hasPrefix("fs.mqueue.") ? .ipc : nil
  }
}
