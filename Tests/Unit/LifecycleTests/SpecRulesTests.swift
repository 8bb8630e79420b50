import OCIRuntimeSpec
import Testing

@testable import Lifecycle

@Suite struct SpecRulesTests {
  typealias Change = @Sendable (inout RuntimeSpec) -> Void

  @Test func theSampleIsInOrder() {
    #expect(SpecRules.violations(Samples.spec()) == [])
    #expect(SpecRules.violations(defaultSpecification()) == [])
    #expect(SpecRules.violations(rootlessSpecification()) == [])
  }

  @Test(arguments: ["1.0.0", "1.2.0", "1.0.2-dev", "1.3.0-rc.1+build.7", "1.2.0+build"])
  func theseVersionsAreKnown(_ version: String) {
    #expect(SpecRules.violations(Samples.spec { $0.ociVersion = version }) == [])
  }

  @Test(arguments: [
    "", "1", "1.2", "2.0.0", "0.9.0", "1.x.0", "v1.0.0", "1..0", "1.2.3.4", "-1.0.0", "1.0+5.0",
  ])
  func theseVersionsAreNot(_ version: String) {
    let found = SpecRules.violations(Samples.spec { $0.ociVersion = version })
    #expect(
      found.map(\.description) == ["config.json: ociVersion: \"\(version)\" is not supported, expected 1.x.y"]
    )
  }

  /// What is changed in a configuration that is in order, and the one line that comes of it.
  static let documents: [(Change, String)] = [
    ({ $0.root = nil }, "root: missing, expected an object with a path"),
    ({ $0.root?.path = "" }, "root.path: empty, expected the root file system's directory"),
    ({ $0.process = nil }, "process: missing, expected an object"),
    ({ $0.process?.cwd = "tmp" }, "process.cwd: \"tmp\" is not an absolute path"),
    ({ $0.process?.cwd = "" }, "process.cwd: \"\" is not an absolute path"),
    ({ $0.process?.args = nil }, "process.args: empty, expected the program to run"),
    ({ $0.process?.args = [] }, "process.args: empty, expected the program to run"),
    ({ $0.process?.args = ["sh", "a\0b"] }, "process.args[1]: holds a NUL byte"),
    ({ $0.process?.env = ["A=1", "B=\0"] }, "process.env[1]: holds a NUL byte"),
    (
      {
        $0.process?.terminal = true
        $0.process?.consoleSize = RuntimeSpec.Process.ConsoleSize(height: 24, width: 65536)
      }, "process.consoleSize: 65536x24 is more than a terminal can have"
    ),
    (
      {
        $0.hostname = "web"
        $0.linux?.namespaces?.removeAll { $0.type == .uts }
      }, "hostname: unable to set hostname without a private UTS namespace"
    ),
    (
      {
        $0.domainname = "lan"
        $0.linux?.namespaces?.removeAll { $0.type == .uts }
      }, "domainname: unable to set domainname without a private UTS namespace"
    ),
    ({ $0.annotations = ["": "x"] }, "annotations: an annotation key is empty"),
    (
      { $0.hooks = RuntimeSpec.Hooks(prestart: [hook, RuntimeSpec.Hook(path: "hook")]) },
      "hooks.prestart[1].path: \"hook\" is not an absolute path"
    ),
    (
      { $0.hooks = RuntimeSpec.Hooks(poststop: [RuntimeSpec.Hook(path: "/hook", timeout: -1)]) },
      "hooks.poststop[0].timeout: -1 is out of range, expected more than 0 seconds"
    ),
    (
      { $0.hooks = RuntimeSpec.Hooks(startContainer: [RuntimeSpec.Hook(path: "/hook", env: ["A\u{0}=x"])]) },
      "hooks.startContainer[0].env: holds a NUL byte"
    ),
    ({ $0.linux = nil }, "linux: missing, expected an object"),
    (
      { $0.linux?.uidMappings = [RuntimeSpec.IDMapping(containerID: 0, hostID: 1, size: 1)] },
      "linux.uidMappings: needs a user namespace in linux.namespaces"
    ),
    (
      { $0.linux?.gidMappings = [RuntimeSpec.IDMapping(containerID: 0, hostID: 1, size: 1)] },
      "linux.gidMappings: needs a user namespace in linux.namespaces"
    ),
    (
      {
        $0.linux?.netDevices = ["eth0": Device()]
        $0.linux?.namespaces?.removeAll { $0.type == .network }
      }, "linux.netDevices: unable to move network devices without a NET namespace"
    ),
    (
      { $0.linux?.netDevices = ["lo": Device()] },
      "linux.netDevices[\"lo\"]: \"lo\" is no device that can be moved"
    ),
    (
      { $0.linux?.netDevices = ["eth0": Device(name: "a name")] },
      "linux.netDevices[\"eth0\"].name: \"a name\" is no name of a device, needed one such as \"eth0\""
    ),
    (
      { $0.linux?.netDevices = ["eth0": Device(name: "a%d%d")] },
      "linux.netDevices[\"eth0\"].name: \"a%d%d\" is no name of a device, needed one such as \"eth0\""
    ),
    (
      { $0.linux?.netDevices = ["eth0": Device(name: "eth16-characters")] },
      "linux.netDevices[\"eth0\"].name: \"eth16-characters\" is no name of a device, needed one such as \"eth0\""
    ),
    (
      { $0.linux?.netDevices = ["a": Device(name: "b"), "b": Device()] },
      "linux.netDevices[\"b\"].name: \"b\" is the name of another one"
    ),
    (
      { $0.linux?.intelRdt = Director(closID: "a/b") },
      "linux.intelRdt.closID: \"a/b\" is no name of a class of service"
    ),
    (
      { $0.linux?.intelRdt = Director(closID: "info") },
      "linux.intelRdt.closID: \"info\" is no name of a class of service"
    ),
    (
      { $0.linux?.intelRdt = Director(memBwSchema: "L3:0=f") },
      "linux.intelRdt.memBwSchema: \"L3:0=f\" does not begin with \"MB:\""
    ),
    (
      { $0.linux?.intelRdt = Director(schemata: ["L3:0=f", "a\nb"]) },
      "linux.intelRdt.schemata[1]: holds a line break or a NUL byte"
    ),
    (
      { $0.linux?.timeOffsets = ["boottime": RuntimeSpec.Linux.TimeOffset(secs: 1)] },
      "linux.timeOffsets: needs a new time namespace in linux.namespaces"
    ),
    (
      {
        $0.linux?.namespaces?.append(RuntimeSpec.Linux.Namespace(type: .time))
        $0.linux?.timeOffsets = ["realtime": RuntimeSpec.Linux.TimeOffset(secs: 1)]
      }, "linux.timeOffsets[\"realtime\"]: unknown clock, expected monotonic or boottime"
    ),
    (
      {
        $0.linux?.namespaces?.append(RuntimeSpec.Linux.Namespace(type: .time))
        $0.linux?.timeOffsets = ["boottime": RuntimeSpec.Linux.TimeOffset(nanosecs: 1_000_000_000)]
      }, "linux.timeOffsets[\"boottime\"].nanosecs: is a second or more"
    ),
    ({ $0.linux?.maskedPaths = ["/a", "b"] }, "linux.maskedPaths[1]: \"b\" is not absolute"),
    ({ $0.linux?.readonlyPaths = ["a"] }, "linux.readonlyPaths[0]: \"a\" is not absolute"),
    (
      { $0.linux?.devices = [RuntimeSpec.Linux.Device(path: "dev/x", type: .character, major: 1, minor: 3)] },
      "linux.devices[0].path: \"dev/x\" is not absolute"
    ),
    (
      { $0.linux?.devices = [RuntimeSpec.Linux.Device(path: "/dev/x", type: .block, minor: 3)] },
      "linux.devices[0].major: missing or out of range, expected a device number"
    ),
    (
      {
        $0.linux?.devices = [RuntimeSpec.Linux.Device(path: "/dev/x", type: .character, major: 1, minor: -1)]
      },
      "linux.devices[0].minor: missing or out of range, expected a device number"
    ),
  ]
  typealias Director = RuntimeSpec.Linux.ResourceDirector
  typealias Device = RuntimeSpec.Linux.NetworkDevice
  private static let hook = RuntimeSpec.Hook(path: "/bin/true")

  @Test(arguments: documents.indices) func refuses(_ index: Int) {
    let (change, message) = SpecRulesTests.documents[index]
    #expect(
      SpecRules.violations(Samples.spec(change)).map(\.description) == ["config.json: \(message)"])
  }

  @Test func aFIFONeedsNoNumbers() {
    let fifo = RuntimeSpec.Linux.Device(path: "/dev/pipe", type: .fifo)
    #expect(SpecRules.violations(Samples.spec { $0.linux?.devices = [fifo] }) == [])
  }

  @Test func emptyListsAndEmptyNamesAskForNothing() {
    let spec = Samples.spec {
      $0.hooks = RuntimeSpec.Hooks(prestart: [])
      $0.process?.apparmorProfile = ""
      $0.process?.selinuxLabel = ""
      $0.linux?.mountLabel = ""
      $0.linux?.uidMappings = []
    }
    #expect(SpecRules.violations(spec) == [])
  }

  @Test func everyRuleSpeaksAndTheLineHoldsAll() {
    let spec = Samples.spec {
      $0.ociVersion = "3"
      $0.process?.cwd = "tmp"
      $0.linux?.maskedPaths = ["b"]
    }
    #expect(
      LifecycleError.refused(SpecRules.violations(spec)).description
        == "config.json: ociVersion: \"3\" is not supported, expected 1.x.y; "
        + "config.json: process.cwd: \"tmp\" is not an absolute path; "
        + "config.json: linux.maskedPaths[0]: \"b\" is not absolute")
  }
}
