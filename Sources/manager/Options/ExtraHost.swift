package import Addresses

/// One `--add-host`: a line of the container's hosts file.
package struct ExtraHost: Hashable, Sendable {
  package let name: String
  /// nil is `host-gateway`: the host, as the container reaches it.
  package let address: IPAddress?

  /// Reads `name:address` or `name=address`; an IPv6 address may stand in brackets (docker/cli, opts/hosts.go).
  /// - Throws: `OptionError` in docker's words.
  package init(_ value: String) throws(OptionError) {
    let sign = value.firstIndex(of: "=") ?? value.firstIndex(of: ":")
    guard let sign, sign > value.startIndex else {
      throw OptionError("--add-host", value, "bad format for add-host: \(quoted(value))")
    }
    name = String(value[..<sign])
    var text = String(value[value.index(after: sign)...])
    // A name becomes a word of a file that is read by lines and words.
    guard name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "#") }) else {
      throw OptionError("--add-host", value, "bad format for add-host: \(quoted(value))")
    }
    if text == "host-gateway" {
      address = nil
      return
    }
    if text.hasPrefix("["), text.hasSuffix("]") { text = String(text.dropFirst().dropLast()) }
    guard let found = IPAddress(text) else {
      throw OptionError("--add-host", value, "invalid IP address in add-host: \(quoted(text))")
    }
    address = found
  }

  /// As docker keeps it: `name:address`.
  package var text: String { "\(name):\(address.map { "\($0)" } ?? "host-gateway")" }
}
