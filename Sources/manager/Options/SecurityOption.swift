/// One `--security-opt`: `KEY=VALUE`, in old scripts `KEY:VALUE`, or a word alone.
package enum SecurityOption: Hashable, Sendable {
  /// Whether a program may gain privileges by what it executes.
  case noNewPrivileges(Bool)
  /// docker's own filter.
  case seccompBuiltin
  /// No filter of system calls.
  case seccompUnconfined
  /// A filter: the path of docker's or the runtime specification's JSON.
  case seccomp(path: String)
  /// An AppArmor profile, `unconfined` among them.
  case apparmor(String)
  /// No SELinux label.
  case labelDisable
  /// /proc and /sys as they are, nothing masked or read-only.
  case systemPathsUnconfined
  /// Whether the container may write to its cgroup.
  case writableCgroups(Bool)

  /// Reads the value of `--security-opt`.
  /// - Throws: `OptionError`.
  package init(_ text: String) throws(OptionError) {
    func problem(_ words: String) -> OptionError { OptionError("--security-opt", text, words) }
    let mark = text.contains("=") ? Character("=") : ":"
    let parts = text.split(separator: mark, maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let value = parts.count == 2 ? parts[1] : nil
    switch (parts[0], value) {
    case ("no-new-privileges", nil): self = .noNewPrivileges(true)
    case ("no-new-privileges", let value?): self = .noNewPrivileges(try Self.bool(value, text))
    case ("writable-cgroups", nil): self = .writableCgroups(true)
    case ("writable-cgroups", let value?): self = .writableCgroups(try Self.bool(value, text))
    case ("seccomp", "builtin"): self = .seccompBuiltin
    case ("seccomp", "unconfined"): self = .seccompUnconfined
    case ("seccomp", let path?) where !path.isEmpty: self = .seccomp(path: path)
    case ("apparmor", let profile?) where !profile.isEmpty: self = .apparmor(profile)
    case ("label", "disable"): self = .labelDisable
    case ("label", _):
      throw problem("SELinux labels are not supported; only label=disable is")
    case ("systempaths", "unconfined"): self = .systemPathsUnconfined
    case ("disable", nil): self = .labelDisable
    default:
      throw problem(
        "invalid --security-opt: expected no-new-privileges, seccomp=FILE|unconfined|builtin, "
          + "apparmor=PROFILE|unconfined, label=disable, systempaths=unconfined or writable-cgroups")
    }
  }

  private static func bool(_ value: String, _ text: String) throws(OptionError) -> Bool {
    switch value {
    case "1", "t", "T", "true", "TRUE", "True": return true
    case "0", "f", "F", "false", "FALSE", "False": return false
    default: throw OptionError("--security-opt", text, "expected true or false, not \(quoted(value))")
    }
  }
}
