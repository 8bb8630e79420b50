internal import DeviceInterface
package import JSONDocument
internal import LinuxSystem
internal import Options
internal import Store

extension ContainerEngine {
  /// The state of everything in the shape of docker's info (moby, api/types/system, Info).
  /// - Parameter version: of the three programs.
  package func information(version: String) throws(EngineError) -> JSONValue {
    let statuses = try list(all: true).map(\.status)
    let images = try attempt { () throws(StoreError) in try store.imageCount() }
    let runtime = try programs.runtime()
    let paused = statuses.count { $0.word == "paused" }
    let running = statuses.count(where: \.isRunning) - paused
    let counts: [JSONObject.Member] = [
      .init(key: "Containers", value: .integer(Int64(statuses.count))),
      .init(key: "ContainersRunning", value: .integer(Int64(running))),
      .init(key: "ContainersPaused", value: .integer(Int64(paused))),
      .init(key: "ContainersStopped", value: .integer(Int64(statuses.count - running - paused))),
      .init(key: "Images", value: .integer(Int64(images))),
    ]
    let host = HostFacts.gather()
    let registry = try deviceRegistry()
    return .object(
      JSONObject(
        counts + members(engine(version: version, runtime: runtime)) + members(machine(host))
          + members(devices(registry)) + [.init(key: "Warnings", value: Self.warnings(host, registry))]))
  }

  private func members(_ document: JSONValue) -> [JSONObject.Member] { document.object?.members ?? [] }

  private func engine(version: String, runtime: String) -> JSONValue {
    let name = splitPath(runtime).name
    return [
      "ServerVersion": .string(version), "Driver": "overlayfs",
      "DriverStatus": [["Layers", .string(paths.layers)]],
      "LoggingDriver": .string(LogSelection().driver.rawValue), "CgroupDriver": "cgroupfs",
      "Plugins": [
        "Volume": ["local"], "Network": ["bridge", "host", "ipvlan", "macvlan", "none"],
        "Authorization": nil, "Log": .array(LogSelection.Driver.allCases.map { .string($0.rawValue) }),
      ],
      "Swarm": ["LocalNodeState": "inactive"],
      "Runtimes": .object(JSONObject([.init(key: name, value: ["path": .string(runtime)])])),
      "DefaultRuntime": .string(name), "SecurityOptions": ["name=seccomp,profile=builtin", "name=cgroupns"],
      "DockerRootDir": .string(paths.root), "RunRootDir": .string(paths.runRoot), "Debug": false,
      "ExperimentalBuild": false, "LiveRestoreEnabled": true, "Labels": [],
    ]
  }

  private func machine(_ host: HostFacts) -> JSONValue {
    [
      "CgroupVersion": .string("\(host.cgroupVersion)"), "KernelVersion": .string(host.kernel),
      "OperatingSystem": .string(host.operatingSystem), "OSVersion": .string(host.operatingSystemVersion),
      "OSType": "linux", "Architecture": .string(MachineArchitecture.current.kernelName),
      "NCPU": .integer(Int64(host.processors)), "MemTotal": .integer(host.memoryBytes),
      "Name": .string(host.hostname),
      "IPv4Forwarding": .bool(host.forwardsIPv4), "SystemTime": .string(Timestamp.now().description),
    ]
  }

  private func devices(_ registry: DeviceRegistry) -> JSONValue {
    [
      "CDISpecDirs": strings(registry.directories),
      "DiscoveredDevices": .array(registry.devices.map { ["Source": "cdi", "ID": .string($0)] }),
    ]
  }

  /// In docker's words; what else a host may lack is for `doctor` to say.
  private static func warnings(_ host: HostFacts, _ registry: DeviceRegistry) -> JSONValue {
    strings(
      (host.forwardsIPv4 ? [] : ["WARNING: IPv4 forwarding is disabled"])
        + registry.warnings.map { "WARNING: CDI: \($0)" })
  }
}

extension MachineArchitecture {
  /// As `uname -m` calls it.
  fileprivate var kernelName: String {
    switch self {
    case .x86_64: "x86_64"
    case .arm64: "aarch64"
    }
  }
}
