/// Where `run` and `create` take the image from: `--pull`.
package enum PullPolicy: String, Hashable, Sendable, CaseIterable {
  /// From here; fetched when it is not here.
  case missing
  /// Fetched each time.
  case always
  /// From here alone.
  case never

  /// Reads the value of `--pull`.
  /// - Throws: `OptionError`; also for `always`, since there is nowhere to fetch from.
  package init(option value: String) throws(OptionError) {
    guard let policy = PullPolicy(rawValue: value) else {
      throw OptionError("--pull", value, "invalid pull option: must be one of always, missing, never")
    }
    guard policy != .always else {
      throw OptionError(
        "--pull", value, "there is no registry to pull from yet; images come with 'apus import'")
    }
    self = policy
  }
}
