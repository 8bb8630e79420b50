package import LinuxSystem

/// Why a cgroup could not be planned, made or used.
package enum CgroupError: Error, Equatable, CustomStringConvertible {
  /// The document asks for something that cannot be had here: JSON path, and what is wrong and what would be right.
  case refused(path: String, problem: String)
  /// The kernel refused; `path` is the JSON path that asked for it, empty when none did.
  case failed(path: String, SystemError)
  /// systemd refused, or could not be asked: while doing what, and its words.
  case systemd(String)

  package var description: String {
    switch self {
    case .refused(let path, let problem): "\(path): \(problem)"
    case .systemd(let words): "systemd: \(words)"
    case .failed(let path, let cause): path.isEmpty ? "cgroup: \(cause)" : "\(path): \(cause)"
    }
  }
}
