/// The name of a container, without the slash that docker's API puts before it.
///
/// At least two characters: `[a-zA-Z0-9][a-zA-Z0-9_.-]+` (moby, daemon/names).
package struct ContainerName: Hashable, Sendable {
  /// The name.
  package let text: String

  /// Reads the value of `--name`, or an argument; one slash before it is passed over, as docker does.
  /// - Throws: `OptionError` when it is no name.
  package init(_ value: String, as option: String = "--name") throws(OptionError) {
    let name = value.hasPrefix("/") ? value.dropFirst() : value[...]
    let bytes = Array(name.utf8)
    guard bytes.count >= 2, let first = bytes.first, Self.isAlphanumeric(first),
      bytes.allSatisfy({ Self.isAlphanumeric($0) || "_.-".utf8.contains($0) })
    else {
      // docker's sentence (moby, daemon/names.go).
      throw OptionError(
        option, value,
        "Invalid container name (\(quoted(value).dropFirst().dropLast())), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed"
      )
    }
    // A longer one could not stand in a path component, which later pieces (links, networks) make of it.
    guard bytes.count <= 255 else { throw OptionError(option, value, "a name has at most 255 bytes") }
    text = String(name)
  }

  static func isAlphanumeric(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }
}
