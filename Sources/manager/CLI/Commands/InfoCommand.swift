internal import Arguments
internal import Engine
internal import JSONDocument
internal import LinuxSystem
internal import Templates

/// `apus info`, in docker's layout (docker/cli, command/system/info.go).
enum InfoCommand: ManagerCommand {
  static var grammar: Command {
    Command(
      "info", summary: "Display system-wide information", usage: "[OPTIONS]",
      options: [InspectOutput.option])
  }

  static func run(_ invocation: Invocation, _ context: Context) throws -> Int32 {
    let output = try InspectOutput(
      invocation,
      shape: TemplateShape(maps: ["Runtimes"], lists: ["Authorization", "CDISpecDirs", "DiscoveredDevices"]))
    try invocation.require(exactly: 0)
    let document = try context.engine().information(version: VersionCommand.version)
    guard invocation.value("format") ?? "" == "" else {
      try output.printOne(document)
      return 0
    }
    try Answer.print(lines(document).joined(separator: "\n") + "\n")
    for warning in document["Warnings"]?.array ?? [] {
      StandardDescriptor.error.print((warning.string ?? "") + "\n")
    }
    return 0
  }

  private static func lines(_ info: JSONValue) -> [String] {
    func text(_ name: String) -> String { info[name].map(plain) ?? "" }
    func words(_ list: JSONValue?) -> String { (list?.array ?? []).map(plain).joined(separator: " ") }
    var lines = [
      "Client:", " Version:    \(VersionCommand.version)", " Context:    default", " Debug Mode: false", "",
      "Server:",
      " Containers: \(text("Containers"))", "  Running: \(text("ContainersRunning"))",
      "  Paused: \(text("ContainersPaused"))", "  Stopped: \(text("ContainersStopped"))",
      " Images: \(text("Images"))",
      " Server Version: \(text("ServerVersion"))", " Storage Driver: \(text("Driver"))",
    ]
    lines += (info["DriverStatus"]?.array ?? []).map { "  \(plain($0[0] ?? "")): \(plain($0[1] ?? ""))" }
    lines += [
      " Logging Driver: \(text("LoggingDriver"))", " Cgroup Driver: \(text("CgroupDriver"))",
      " Cgroup Version: \(text("CgroupVersion"))", " Plugins:",
      "  Volume: \(words(info["Plugins"]?["Volume"]))",
      "  Network: \(words(info["Plugins"]?["Network"]))", "  Log: \(words(info["Plugins"]?["Log"]))",
    ]
    lines += devices(info)
    lines += [
      " Swarm: inactive", " Runtimes: \(info["Runtimes"]?.object?.keys.joined(separator: " ") ?? "")",
      " Default Runtime: \(text("DefaultRuntime"))", " Security Options:",
    ]
    for option in info["SecurityOptions"]?.array ?? [] { lines += securityOption(plain(option)) }
    let memory = info["MemTotal"]?.integer(as: Int64.self) ?? 0
    return lines + [
      " Kernel Version: \(text("KernelVersion"))", " Operating System: \(text("OperatingSystem"))",
      " OSType: \(text("OSType"))", " Architecture: \(text("Architecture"))", " CPUs: \(text("NCPU"))",
      " Total Memory: \(HumanSize(bytes: memory, .binary))", " Name: \(text("Name"))",
      " Docker Root Dir: \(text("DockerRootDir"))", " Run Root Dir: \(text("RunRootDir"))",
      " Debug Mode: false",
      " Experimental: false", " Live Restore Enabled: true", "",
    ]
  }

  private static func devices(_ info: JSONValue) -> [String] {
    let found = info["DiscoveredDevices"]?.array ?? []
    let directories = (info["CDISpecDirs"]?.array ?? []).map { "  \(plain($0))" }
    let devices = found.map { "  \($0["Source"].map(plain) ?? ""): \($0["ID"].map(plain) ?? "")" }
    return [" CDI spec directories:"] + directories + (found.isEmpty ? [] : [" Discovered Devices:"])
      + devices
  }

  /// `name=seccomp,profile=builtin`.
  private static func securityOption(_ text: String) -> [String] {
    text.split(separator: ",").map { part in
      let pair = part.split(separator: "=", maxSplits: 1)
      let value = pair.count > 1 ? pair[1] : ""
      return pair.first == "name" ? "  \(value)" : "   Profile: \(value)"
    }
  }

  private static func plain(_ value: JSONValue) -> String { value.string ?? value.summary }
}
