/// One `--link NAME|ID[:ALIAS]`: another container, and what the new one calls it.
package struct LinkOption: Hashable, Sendable {
  /// The source container's name or id as it was typed, without a slash before it.
  package let container: String
  /// Its name in the recipient.
  package let alias: String

  /// Reads a value of `--link` (moby, daemon/links: ParseLink).
  /// - Throws: `OptionError` with docker's words.
  package init(_ value: String) throws(OptionError) {
    guard !value.isEmpty else { throw OptionError("--link", value, "empty string specified for links") }
    let parts = value.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    guard parts.count <= 2 else { throw OptionError("--link", value, "bad format for links: \(value)") }
    let container = parts[0].hasPrefix("/") ? String(parts[0].dropFirst()) : parts[0]
    guard !container.isEmpty else { throw OptionError("--link", value, "bad format for links: \(value)") }
    // `/db:/web/db` is how inspect shows a link; its last part is the alias.
    let alias = parts.count == 1 ? container : parts[1].split(separator: "/").last.map(String.init) ?? ""
    let bytes = Array(alias.utf8)
    guard let first = bytes.first, ContainerName.isAlphanumeric(first), bytes.count <= 255,
      bytes.allSatisfy({ ContainerName.isAlphanumeric($0) || "_.-".utf8.contains($0) })
    else {
      throw OptionError("--link", value, "an alias matches [a-zA-Z0-9][a-zA-Z0-9_.-]*")
    }
    (self.container, self.alias) = (container, alias)
  }
}
