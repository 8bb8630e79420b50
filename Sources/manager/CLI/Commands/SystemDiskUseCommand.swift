internal import Arguments
internal import Engine
internal import JSONDocument
internal import LinuxSystem
internal import Store

/// `apus system df`.
enum SystemDiskUseCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "df", summary: "Show disk usage", usage: "[OPTIONS]",
      options: [
        ListFormat.option, .flag("verbose", short: "v", help: "Show detailed information on space usage"),
      ])
  }

  private static let columns: [ListFormat.Column] = [
    .init("TYPE", "Type"), .init("TOTAL", "TotalCount"), .init("ACTIVE", "Active"), .init("SIZE", "Size"),
    .init("RECLAIMABLE", "Reclaimable"),
  ]

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 0)
    if invocation.flag("verbose"), invocation.value("format") != nil {
      throw UsageError("--verbose and --format exclude each other", command: invocation.called)
    }
    let format = try ListFormat(invocation, columns: columns)
    let use = try context.engine().diskUse()
    try Answer.print(
      invocation.flag("verbose") ? details(use, now: .now()) : try format.text(rows(use)))
    return 0
  }

  private static func rows(_ use: DiskUse) -> [JSONValue] {
    let idle = use.containers.filter { !$0.state.status.isRunning }
    return [
      row(
        "Images", use.images.count, active: use.images.count { $0.containers > 0 }, size: use.imageBytes,
        reclaimable: use.unusedImageBytes),
      row(
        "Containers", use.containers.count, active: use.containers.count - idle.count,
        size: use.containers.reduce(0) { $0 + $1.sizeBytes },
        reclaimable: idle.reduce(0) { $0 + $1.sizeBytes }),
      row(
        "Local Volumes", use.volumes.count, active: use.volumes.count { $0.links > 0 },
        size: use.volumes.reduce(0) { $0 + $1.sizeBytes },
        reclaimable: use.volumes.filter { $0.links == 0 }.reduce(0) { $0 + $1.sizeBytes }),
      row("Build Cache", 0, active: 0, size: 0, reclaimable: 0),
    ]
  }

  private static func row(
    _ type: String, _ count: Int, active: Int, size: Int64, reclaimable: Int64
  ) -> JSONValue {
    let share = size > 0 ? " (\(reclaimable * 100 / size)%)" : ""
    return [
      "Active": .string("\(active)"), "Reclaimable": .string("\(HumanSize(bytes: reclaimable))\(share)"),
      "Size": .string("\(HumanSize(bytes: size))"), "TotalCount": .string("\(count)"),
      "Type": .string(type),
    ]
  }

  private static func details(_ use: DiskUse, now: Timestamp) -> String {
    func age(_ moment: Timestamp) -> String { "\(HumanDuration(from: moment, to: now)) ago" }
    var images = Table([
      "REPOSITORY", "TAG", "IMAGE ID", "CREATED", "SIZE", "SHARED SIZE", "UNIQUE SIZE", "CONTAINERS",
    ])
    for image in use.images {
      let tags = image.record.tags.map { ($0.repository, $0.tag) }
      for (repository, tag) in tags.isEmpty ? [("<none>", "<none>")] : tags {
        images.add([
          repository, tag, image.record.shortID, age(image.record.createdAt),
          "\(HumanSize(bytes: image.sizeBytes))", "\(HumanSize(bytes: image.sharedBytes))",
          "\(HumanSize(bytes: image.sizeBytes - image.sharedBytes))", "\(image.containers)",
        ])
      }
    }
    var containers = Table(["CONTAINER ID", "IMAGE", "COMMAND", "SIZE", "CREATED", "STATUS", "NAMES"])
    for container in use.containers {
      let (state, record) = (container.state, container.state.record)
      containers.add([
        record.shortID, record.imageReference,
        goQuoted(ellipsis(ContainerRows.commandLine(state.brief.arguments), 20)),
        "\(HumanSize(bytes: container.sizeBytes))", age(record.createdAt), state.summary(now: now),
        record.name,
      ])
    }
    var volumes = Table(["VOLUME NAME", "LINKS", "SIZE"])
    for volume in use.volumes {
      volumes.add([volume.name, "\(volume.links)", "\(HumanSize(bytes: volume.sizeBytes))"])
    }
    return "Images space usage:\n\n\(images.text)\nContainers space usage:\n\n\(containers.text)\n"
      + "Local Volumes space usage:\n\n\(volumes.text)\nBuild cache usage: 0B\n"
  }
}
