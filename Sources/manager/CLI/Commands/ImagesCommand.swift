internal import Arguments
internal import Engine
internal import Images
internal import LinuxSystem
internal import Store

/// `apus images`.
enum ImagesCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "images", summary: "List images", usage: "[OPTIONS] [REPOSITORY[:TAG]]",
      options: [
        .flag("no-trunc", help: "Don't truncate output"),
        .flag("quiet", short: "q", help: "Only show image IDs"),
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    guard invocation.positionals.count <= 1 else {
      throw UsageError("\"\(invocation.called)\" takes at most 1 argument", command: invocation.called)
    }
    var images = try context.engine().images.images()
    if let name = invocation.positionals.first { images = try images.filter(matching(name)) }
    let whole = invocation.flag("no-trunc")
    if invocation.flag("quiet") {
      StandardDescriptor.output.print(images.map { identifier($0, whole) + "\n" }.joined())
      return 0
    }
    var table = Table(["REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE"])
    let now = Timestamp.now()
    for listed in images {
      table.add([
        listed.tag?.repository ?? "<none>",
        listed.tag?.tag ?? "<none>",
        identifier(listed, whole),
        "\(HumanDuration(from: listed.image.createdAt, to: now)) ago",
        "\(HumanSize(bytes: listed.image.sizeBytes))",
      ])
    }
    StandardDescriptor.output.print(table.text)
    return 0
  }

  private static func identifier(_ listed: ListedImage, _ whole: Bool) -> String {
    whole ? listed.image.id : listed.image.shortID
  }

  /// A repository, or one of its tags.
  private static func matching(_ name: String) throws -> (ListedImage) -> Bool {
    let reference = try ImageReference(name)
    return { listed in
      listed.tag?.repository == reference.repository
        && (reference.tag == nil || listed.tag?.tag == reference.tag)
    }
  }
}
