/// One `--volumes-from CONTAINER[:ro|:rw]`.
package struct VolumesFrom: Hashable, Sendable {
  /// A name or an id.
  package let container: String
  /// Whether nothing of it may be written to.
  package let readOnly: Bool
  /// As given.
  package let text: String

  /// Reads the value of `--volumes-from`.
  /// - Throws: `OptionError` for no container, and for an unknown mode.
  package init(_ value: String) throws(OptionError) {
    let parts = value.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard !parts[0].isEmpty else {
      throw OptionError(
        "--volumes-from", value, "invalid volumes-from specification: expected CONTAINER[:ro|:rw]")
    }
    var isReadOnly = false
    if parts.count == 2 {
      for word in parts[1].split(separator: ",", omittingEmptySubsequences: false) {
        switch word {
        case "ro": isReadOnly = true
        case "rw", "z", "Z": continue
        default:
          throw OptionError(
            "--volumes-from", value, "invalid mode for volumes-from: \(parts[1]); expected ro or rw")
        }
      }
    }
    (container, readOnly, text) = (parts[0], isReadOnly, value)
  }
}
