/// The name of a network that a user makes.
package struct NetworkName: Hashable, Sendable {
  /// The name.
  package let text: String

  /// The networks that are always there, and words that `--network` reads otherwise.
  package static let reserved = ["bridge", "host", "none", "default", "container"]

  /// Reads a name.
  /// - Throws: `OptionError` when it is none, or is one of the engine's own, with docker's words for that.
  package init(_ value: String) throws(OptionError) {
    guard Self.isName(value) else {
      throw OptionError(
        "NETWORK", value, "invalid network name: a name matches [a-zA-Z0-9][a-zA-Z0-9_.-]*")
    }
    guard !Self.reserved.contains(value) else {
      throw OptionError("NETWORK", value, "operation is not permitted on predefined \(value) network")
    }
    text = value
  }

  /// Whether `[a-zA-Z0-9][a-zA-Z0-9_.-]*` matches, which an alias does as well.
  static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, ContainerName.isAlphanumeric(first), text.utf8.count <= 255 else {
      return false
    }
    return text.utf8.allSatisfy { ContainerName.isAlphanumeric($0) || "_.-".utf8.contains($0) }
  }
}
