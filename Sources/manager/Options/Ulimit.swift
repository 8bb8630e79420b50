/// One `--ulimit`: `nofile=1024:2048`, `core=0`, `memlock=-1` (docker/go-units, ulimit.go).
package struct Ulimit: RawRepresentable, Codable, Hashable, Sendable {
  /// As setrlimit(2) calls it, in small letters without `RLIMIT_`.
  package let name: String
  /// What holds; -1 is no limit.
  package let soft: Int64
  /// How far the process may raise it; -1 is no limit.
  package let hard: Int64

  private static let names = [
    "core", "cpu", "data", "fsize", "locks", "memlock", "msgqueue", "nice", "nofile", "nproc", "rss",
    "rtprio",
    "rttime", "sigpending", "stack",
  ]

  /// Reads the value of `--ulimit`.
  /// - Throws: `OptionError` in docker's words.
  package init(_ text: String) throws(OptionError) {
    func problem(_ words: String) -> OptionError { OptionError("--ulimit", text, words) }
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else { throw problem("invalid ulimit argument: expected NAME=SOFT[:HARD]") }
    guard Self.names.contains(parts[0]) else {
      throw problem("invalid ulimit type: expected one of \(Self.names.joined(separator: ", "))")
    }
    let limits = parts[1].split(separator: ":", omittingEmptySubsequences: false).map { Int64($0) }
    guard limits.count <= 2 else {
      throw problem("too many limit value arguments: can only have up to two, soft[:hard]")
    }
    guard let soft = limits[0], let hard = limits[limits.count - 1], soft >= -1, hard >= -1 else {
      throw problem("invalid limit: expected a whole number, or -1 for none")
    }
    guard hard == -1 || (soft != -1 && soft <= hard) else {
      let words = soft == -1 ? "-1 (unlimited)" : "\(soft)"
      throw problem(
        "ulimit soft limit must be less than or equal to hard limit: soft: \(words), hard: \(hard)")
    }
    (name, self.soft, self.hard) = (parts[0], soft, hard)
  }

  /// As the flag has it, with both limits.
  package var rawValue: String { "\(name)=\(soft):\(hard)" }

  /// Reads what `rawValue` wrote.
  package init?(rawValue: String) {
    do throws(OptionError) { try self.init(rawValue) } catch { return nil }
  }
}
