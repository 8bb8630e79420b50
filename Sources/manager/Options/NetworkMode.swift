/// The network a container gets: `--network`.
package enum NetworkMode: String, Codable, Hashable, Sendable, CaseIterable {
  /// A network namespace of its own in which only `lo` is up.
  case none
  /// The host's.
  case host

  /// Reads the value of `--network`.
  /// - Throws: `OptionError` naming what can be had; bridges and named networks are refused, never replaced.
  package init(option value: String) throws(OptionError) {
    guard let mode = NetworkMode(rawValue: value) else {
      throw OptionError("--network", value, "expected none or host; other networks come with `apus network`")
    }
    self = mode
  }
}
