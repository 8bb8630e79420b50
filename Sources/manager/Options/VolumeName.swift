/// The name of a volume: `[a-zA-Z0-9][a-zA-Z0-9_.-]+` (moby, volume/local). It becomes a component of a path.
package struct VolumeName: Hashable, Sendable {
  /// The name.
  package let text: String

  /// Reads a name.
  /// - Parameter option: for the error: the flag, or `volume name`.
  /// - Throws: `OptionError` in docker's words.
  package init(_ value: String, option: String = "volume name") throws(OptionError) {
    let bytes = Array(value.utf8)
    guard bytes.count != 1 else {
      throw OptionError(
        option, value, "volume name is too short, names should be at least two alphanumeric characters")
    }
    guard let first = bytes.first, ContainerName.isAlphanumeric(first),
      bytes.allSatisfy({ ContainerName.isAlphanumeric($0) || "_.-".utf8.contains($0) })
    else {
      throw OptionError(
        option, value,
        "includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. "
          + "If you intended to pass a host directory, use absolute path")
    }
    guard bytes.count <= 255 else { throw OptionError(option, value, "a name has at most 255 bytes") }
    text = value
  }
}

/// One `--opt KEY=value` of a volume of the driver `local`.
package struct VolumeDriverOption: Hashable, Sendable {
  /// `type`, `device` or `o`.
  package let key: String
  /// The value.
  package let value: String

  /// Reads `KEY=value`.
  /// - Throws: `OptionError` for a key that the driver does not know (moby, volume/local).
  package init(_ text: String, option: String) throws(OptionError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2 else { throw OptionError(option, text, "expected KEY=value") }
    guard ["type", "device", "o"].contains(parts[0]) else {
      throw OptionError(
        option, text, "invalid option: \(quoted(parts[0])); the driver knows type, device and o")
    }
    (key, value) = (parts[0], parts[1])
  }
}
