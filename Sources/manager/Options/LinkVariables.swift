/// Which variables a container is told of those that it is linked to: `--link-env`.
package enum LinkVariables: String, Codable, Hashable, Sendable, CaseIterable {
  /// docker's: address and ports, and the source's own environment with its passwords.
  case all
  /// Name, address and ports.
  case ports
  /// None; the source is found by its name.
  case none

  /// Reads the value of `--link-env`, or of the variable that stands for it.
  /// - Parameter option: which of them.
  /// - Throws: `OptionError`.
  package init(option value: String, _ option: String = "--link-env") throws(OptionError) {
    guard let choice = LinkVariables(rawValue: value) else {
      throw OptionError(option, value, "must be one of all, ports, none")
    }
    self = choice
  }
}
