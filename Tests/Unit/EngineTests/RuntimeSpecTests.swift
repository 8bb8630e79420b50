import DeviceInterface
import JSONDocument
import OCIRuntimeSpec
import Options
import Testing

@testable import Engine

@Suite("The bundle's config.json")
struct RuntimeSpecTests {
  static var blueprint: ContainerBlueprint {
    ContainerBlueprint(
      id: "0123", rootPath: "rootfs", readOnlyRoot: false, arguments: ["sh", "-c", "true"],
      environment: ["PATH=/bin", "HOSTNAME=h"], workingDirectory: "/w", userID: 0, groupID: 0,
      supplementaryGroups: [0], terminal: false, hostname: "h",
      capabilities: Capability.allCases.filter(Capability.defaults.contains),
      etcFiles: [.init(source: "/c/hosts", destination: "/etc/hosts")],
      mounts: [bind("/src", "/dst", "ro")], architecture: .x86_64)
  }

  static func bind(_ source: String, _ destination: String, _ access: String) -> RuntimeSpec.Mount {
    RuntimeSpec.Mount(
      destination: destination, type: "bind", source: source, options: ["rbind", "rprivate", access])
  }

  private func text(_ blueprint: ContainerBlueprint) throws -> String {
    var spec = blueprint.compileRuntimeSpec()
    // The filter has tests of its own and would hide the rest.
    spec.linux?.seccomp = nil
    return String(decoding: try JSON.encode(spec, style: .pretty), as: UTF8.self)
  }

  @Test func theDefaultBundleIsThisText() throws { #expect(try text(Self.blueprint) == Self.golden) }

  @Test func whatIsWrittenByHandIsWhatEncodableWrites() throws {
    var other = Self.blueprint
    other.confinement.network = .joined("/run/net")
    other.confinement.ownsNetwork = false
    other.capabilities = Capability.allCases
    other.supplementaryGroups = []
    other.terminal = true
    other.architecture = .arm64
    var injection = DeviceInjection()
    injection.networkDevices = ["eth7": .init(name: "eth0"), "b": .init(), "a": .init(name: "x")]
    injection.resourceDirector = .init(
      closID: "c", schemata: ["s"], l3CacheSchema: "l", memBwSchema: "m", enableMonitoring: true)
    let hook = RuntimeSpec.Hook(path: "/h", args: ["h", "x"], env: ["A=1"], timeout: 3)
    injection.hooks = .init(
      prestart: [hook], createRuntime: [.init(path: "/h")], createContainer: [hook, hook],
      startContainer: [hook], poststart: [hook], poststop: [hook])
    other.confinement.injection = injection
    for blueprint in [Self.blueprint, other] {
      var spec = blueprint.compileRuntimeSpec()
      spec.process?.consoleSize = .init(height: 1, width: 2)
      #expect(try JSON.encode(spec.document) == JSON.encode(spec))
      let process = try #require(spec.process)
      #expect(try JSON.encode(process.document) == JSON.encode(process))
    }
  }

  @Test func theHostsNetworkMakesNoNamespaceAndSetsNothingInIt() throws {
    var blueprint = Self.blueprint
    blueprint.confinement.network = .host
    blueprint.confinement.ownsNetwork = false
    let linux = try #require(blueprint.compileRuntimeSpec().linux)
    #expect(linux.namespaces?.map(\.type) == [.pid, .ipc, .uts, .mount, .cgroup])
    #expect(linux.sysctl == nil)
  }

  @Test func noCapabilityIsInheritableOrAmbient() {
    let sets = Self.blueprint.compileRuntimeSpec().process?.capabilities
    #expect(sets?.inheritable == nil)
    #expect(sets?.ambient == nil)
    #expect(sets?.bounding?.count == 14)
    #expect(sets?.permitted == sets?.bounding)
    #expect(sets?.effective == sets?.bounding)
  }

  @Test func whatTheUserBindsReplacesWhatWouldBeThere() throws {
    var blueprint = Self.blueprint
    blueprint.mounts = [
      Self.bind("/mine", "/etc/hosts", "rw"),
      Self.bind("/shm", "/dev/shm", "rw"),
    ]
    let mounts = try #require(blueprint.compileRuntimeSpec().mounts)
    #expect(mounts.filter { $0.destination == "/etc/hosts" }.map(\.source) == ["/mine"])
    #expect(mounts.filter { $0.destination == "/dev/shm" }.map(\.source) == ["/shm"])
  }

  @Test func aDevOfTheUsersIsLeftAsItIs() throws {
    var blueprint = Self.blueprint
    blueprint.mounts = [Self.bind("/dev", "/dev", "rw")]
    let mounts = try #require(blueprint.compileRuntimeSpec().mounts)
    #expect(mounts.filter { $0.destination.hasPrefix("/dev") }.map(\.source) == ["/dev"])
  }

  @Test func parentsAreMountedBeforeWhatIsMountedOnThem() throws {
    var blueprint = Self.blueprint
    blueprint.etcFiles = []
    blueprint.mounts = [
      Self.bind("/1", "/a/b/c", "rw"),
      Self.bind("/2", "/z", "rw"),
      Self.bind("/3", "/a/b", "rw"),
    ]
    let mounts = try #require(blueprint.compileRuntimeSpec().mounts)
    #expect(mounts.suffix(3).map(\.destination) == ["/z", "/a/b", "/a/b/c"])
  }

  @Test func aTerminalAndAReadOnlyRootAreSaid() {
    var blueprint = Self.blueprint
    blueprint.terminal = true
    blueprint.readOnlyRoot = true
    let spec = blueprint.compileRuntimeSpec()
    #expect(spec.process?.terminal == true)
    #expect(spec.root?.readonly == true)
    let hosts = spec.mounts?.first { $0.destination == "/etc/hosts" }
    #expect(hosts?.options == ["rbind", "rprivate", "ro"])
  }
}
