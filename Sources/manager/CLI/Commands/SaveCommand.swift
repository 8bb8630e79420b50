internal import Arguments
internal import Engine
internal import Images

/// `apus save`.
enum SaveCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "save", summary: "Save one or more images to a tar archive (streamed to STDOUT by default)",
      usage: "[OPTIONS] IMAGE [IMAGE...]",
      options: [
        .value("format", help: "docker-archive (default: docker's and OCI's in one), or oci-archive"),
        ArchiveOutput.option,
        PlatformOption.list("Save only the given platform, such as linux/amd64"),
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(atLeast: 1)
    let wish = invocation.value("format") ?? ArchiveFormat.docker.rawValue
    guard let format = ArchiveFormat(rawValue: wish) else {
      let known = ArchiveFormat.allCases.map(\.rawValue).joined(separator: " or ")
      throw UsageError("unknown format '\(wish)': expected \(known)", command: invocation.called)
    }
    let platform = try PlatformOption.read(invocation)
    try ArchiveOutput.write(invocation, context, doing: "save") { (engine, output) throws(EngineError) in
      try engine.saveImages(invocation.positionals, as: format, platform: platform, into: output)
    }
    return 0
  }
}
