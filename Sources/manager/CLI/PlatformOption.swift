internal import Arguments
internal import Images

/// `--platform` of commands about images that are here, each of which is for one platform: it says which one is meant.
enum PlatformOption {
  /// The option, for grammars.
  static func list(_ help: String) -> CommandOption {
    // A list, although only one can be: docker takes several, of which none must be passed over.
    .list("platform", value: "string", help: help)
  }

  /// Reads it.
  /// - Returns: nil where it was not given.
  /// - Throws: `ImageError` for another form; `UsageError` for several.
  static func read(_ invocation: Invocation) throws -> PlatformName? {
    let texts = invocation.list("platform").flatMap {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let platforms = try texts.map { try PlatformName($0) }
    guard Set(platforms).count <= 1 else {
      throw UsageError(
        "--platform: an image here is for one platform, not for \(texts.joined(separator: " and "))",
        command: invocation.called)
    }
    return platforms.first
  }
}
