/// A container's `/etc/resolv.conf` (resolv.conf(5); moby, daemon/libnetwork/internal/resolvconf).
package enum ResolverFile {
  /// docker's, for a host that has none of use.
  package static let fallback = ["8.8.8.8", "8.8.4.4"]

  /// The host's file with what the flags replace.
  /// - Parameters:
  ///   - host: the host's file.
  ///   - servers: `--dns`; empty takes the host's.
  ///   - search: `--dns-search`; `.` alone is none.
  ///   - options: `--dns-option`.
  ///   - isApart: whether the host's loopback is not the container's, so that servers there answer nobody.
  package static func content(
    host: String, servers: [String], search: [String], options: [String], isApart: Bool
  ) -> String {
    var names = servers.isEmpty ? self.servers(in: host) : servers
    if servers.isEmpty, isApart {
      names.removeAll { $0.hasPrefix("127.") || $0 == "::1" }
      if names.isEmpty { names = fallback }
    }
    let domains = search.isEmpty ? words("search", in: host) : search.filter { $0 != "." }
    let settings = options.isEmpty ? words("options", in: host) : options
    var text = names.map { "nameserver \($0)\n" }.joined()
    if !domains.isEmpty { text += "search \(domains.joined(separator: " "))\n" }
    if !settings.isEmpty { text += "options \(settings.joined(separator: " "))\n" }
    return text
  }

  /// Whom a file asks.
  package static func servers(in text: String) -> [String] {
    lines(text).filter { $0.first == "nameserver" && $0.count > 1 }.map { String($0[1]) }
  }

  /// The last line of a kind counts.
  private static func words(_ kind: String, in text: String) -> [String] {
    lines(text).last { $0.first.map { $0 == kind || (kind == "search" && $0 == "domain") } ?? false }
      .map { $0.dropFirst().map(String.init) } ?? []
  }

  private static func lines(_ text: String) -> [[Substring]] {
    text.split(separator: "\n").map { $0.split { $0 == " " || $0 == "\t" } }
  }
}
