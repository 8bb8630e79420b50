internal import Arguments
internal import Engine
internal import LinuxSystem
internal import Options

extension ContainerOptions {
  static let mounts: [CommandOption] = [
    .list(
      "mount",
      help: "Attach a filesystem mount to the container: type=bind|volume|tmpfs|image,source=…,target=…"),
    .list("tmpfs", help: "Mount a tmpfs directory: /path[:options]"),
    .list(
      "volume", short: "v",
      help: "Mount a volume, or a file or directory of the host: [SOURCE:]/path[:options]"),
    .value("volume-driver", help: "Volume driver for the container: local"),
    .list("volumes-from", help: "Mount volumes from the specified container(s): CONTAINER[:ro|:rw]"),
  ]

  /// Reads the options that mount something.
  static func readMounts(_ invocation: Invocation, into request: inout CreateRequest) throws {
    if let driver = invocation.value("volume-driver"), driver != "local" {
      throw OptionError(
        "--volume-driver", driver, "error looking up volume plugin \(driver): there is local only")
    }
    request.mounts =
      try invocation.list("volume").map { try MountOption(volume: $0, workingDirectory: workingDirectory) }
      + invocation.list("mount").map { try MountOption(mount: $0, workingDirectory: workingDirectory) }
      + invocation.list("tmpfs").map { try MountOption(tmpfs: $0) }
    request.volumesFrom = try invocation.list("volumes-from").map { try VolumesFrom($0) }
  }
}
