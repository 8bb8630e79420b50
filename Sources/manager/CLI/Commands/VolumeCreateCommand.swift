internal import Arguments
internal import Engine
internal import LinuxSystem
internal import Options
internal import Store

/// `apus volume create`.
enum VolumeCreateCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "create", summary: "Create a volume", usage: "[OPTIONS] [VOLUME]",
      options: [
        .value("driver", short: "d", help: "Specify volume driver name: local"),
        .value("name", help: "Specify volume name, as docker had it before the argument"),
        .list("label", help: "Set metadata for a volume"),
        .list("opt", short: "o", help: "Set driver specific options: type=tmpfs|none|nfs…, device=…, o=…"),
      ])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    guard invocation.positionals.count <= 1 else {
      throw UsageError("\"\(invocation.called)\" accepts at most 1 argument", command: invocation.called)
    }
    let names = invocation.positionals + [invocation.value("name")].compactMap { $0 }.filter { !$0.isEmpty }
    guard names.count <= 1 else {
      throw UsageError(
        "conflicting options: cannot specify a volume-name through both --name and as a positional arg",
        command: invocation.called)
    }
    if let driver = invocation.value("driver"), driver != "local" {
      throw OptionError("--driver", driver, "error looking up volume plugin \(driver): there is local only")
    }
    let request = VolumeRequest(
      name: try names.first.map { try VolumeName($0) },
      labels: try invocation.list("label").map { try Label($0) },
      options: try invocation.list("opt").map { try VolumeDriverOption($0, option: "--opt") })
    let volume = try context.engine().createVolume(request)
    try Answer.print(volume.name + "\n")
    return 0
  }
}
