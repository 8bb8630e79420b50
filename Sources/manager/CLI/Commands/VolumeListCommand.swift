internal import Arguments
internal import Engine
internal import JSONDocument
internal import LinuxSystem

/// `apus volume ls`.
enum VolumeListCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "ls", summary: "List volumes", usage: "[OPTIONS]",
      options: [
        Filters.option, ListFormat.option,
        .flag("quiet", short: "q", help: "Only display volume names"),
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    try invocation.require(exactly: 0)
    let filters = try Filters(invocation, known: ["dangling", "driver", "label", "name"])
    let format = try ListFormat(
      invocation, columns: [.init("DRIVER", "Driver"), .init("VOLUME NAME", "Name")],
      raw: ["name": "Name", "driver": "Driver"])
    let dangling = try filters.truth("dangling", invocation)
    let volumes = try context.engine().volumes().filter { volume in
      (dangling == nil || dangling == volume.isDangling)
        && filters.accepts("driver") { $0 == volume.driver }
        // Parts of a name, as docker has it.
        && filters.accepts("name") { volume.name.contains($0) }
        && filters.fits(labels: volume.labels)
    }
    if invocation.flag("quiet") {
      try Answer.print(volumes.map { $0.name + "\n" }.joined())
    } else {
      try Answer.print(try format.text(volumes.map(row)))
    }
    return 0
  }

  private static func row(_ volume: ListedVolume) -> JSONValue {
    [
      "Availability": "N/A", "Driver": .string(volume.driver), "Group": "N/A",
      "Labels": .string(
        volume.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ",")),
      "Links": "N/A", "Mountpoint": .string(volume.mountPoint), "Name": .string(volume.name),
      "Scope": "local", "Size": "N/A", "Status": "N/A",
    ]
  }
}
