package import Addresses

/// What stands in a container's `/etc/hosts`.
package enum HostsFile {
  /// A line: an address and the names that lead to it.
  package struct Line: Sendable, Hashable {
    package let address: IPAddress
    package let names: [String]

    package init(_ address: IPAddress, _ names: [String]) {
      self.address = address
      self.names = names
    }

    /// A linked container's: alias, hostname, name; one that repeats an earlier one is left out (moby, daemon:
    /// addLegacyLinks).
    package static func link(
      _ address: IPAddress, alias: String, hostname: String, name: String
    ) -> Line {
      var names: [String] = []
      for text in [alias, hostname, name] where !names.contains(text) { names.append(text) }
      return Line(address, names)
    }
  }

  /// The lines that every Linux knows, `--add-host`'s, the links', the neighbours' on the same networks, and at the end the
  /// container's own, so that a program that looks itself up finds an address.
  ///
  /// - Parameter own: the container's addresses; the loopback one stands in where there is none.
  package static func content(
    hostname: String, domain: String? = nil, own: [IPAddress], added: [Line] = [], links: [Line] = [],
    neighbours: [Line] = []
  ) -> String {
    let names = ownNames(hostname: hostname, domain: domain)
    let addresses = own.isEmpty ? [IPAddress(.v4, 0x7f00_0001)] : own
    let lines = added + links + neighbours + addresses.map { Line($0, names) }
    return """
      127.0.0.1\tlocalhost
      ::1\tlocalhost ip6-localhost ip6-loopback
      fe00::\tip6-localnet
      ff00::\tip6-mcastprefix
      ff02::1\tip6-allnodes
      ff02::2\tip6-allrouters

      """ + lines.map { "\($0.address)\t\($0.names.joined(separator: " "))\n" }.joined()
  }

  /// The container's names for itself: with its domain, in whichever of the two it was given, and without (moby,
  /// libnetwork/sandbox_dns_unix.go).
  package static func ownNames(hostname: String, domain: String?) -> [String] {
    let whole = domain.map { "\(hostname).\($0)" } ?? hostname
    guard let dot = whole.firstIndex(of: "."), dot > whole.startIndex else { return [whole] }
    return [whole, String(whole[..<dot])]
  }

  /// A file with more lines; what it says already, and what the container has written there, stays as it is.
  package static func adding(_ lines: [Line], to text: String) -> String {
    let there = Set(text.split(separator: "\n").map { "\($0)\n" })
    let new = lines.map(\.text).filter { !there.contains($0) }
    return text + (text.isEmpty || text.hasSuffix("\n") ? "" : "\n") + new.joined()
  }

  /// A file without these lines.
  package static func removing(_ lines: [Line], from text: String) -> String {
    let gone = Set(lines.map { String($0.text.dropLast()) })
    return text.split(separator: "\n", omittingEmptySubsequences: false)
      .filter { !gone.contains(String($0)) }.joined(separator: "\n")
  }
}
