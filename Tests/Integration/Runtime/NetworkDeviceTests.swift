import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// `linux.netDevices`, in a network namespace of the test's own: there the runtime finds what it moves. Debian's runc
/// does not know them.
@Suite(.requiresRoot, .requires(program: "ip")) struct NetworkDeviceTests {
  /// Runs the runtime where `setUp` has made devices.
  private func run(
    _ f: Fixture, _ runtime: Runtime, _ setUp: String, then: String = "", _ args: [String],
    edit: (inout ConfigTree) throws -> Void
  ) throws -> Outcome {
    let bundle = try f.bundle(args, edit: edit)
    let client = f.client(runtime)
    return try f.run(
      "unshare",
      [
        "-n", "sh", "-c",
        "set -e; ip link set lo up; \(setUp)\n"
          + "\(client.commandLine) run --bundle '\(bundle.path)' '\(bundle.id)' || code=$?; \(then)\nexit ${code:-0}",
      ])
  }

  // conformance: LNX-NETDEV-1 LNX-NETDEV-2
  @Test(arguments: Runtime.oursOnly)
  func devicesMoveWithTheirAddresses(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let setUp = """
        ip link add v0 address 02:00:00:00:00:07 mtu 1400 type veth peer v1
        ip link set v0 up; ip link set v1 up
        ip addr add 10.7.0.2/24 broadcast 10.7.0.255 dev v0 label v0:web
        ip addr add 10.7.0.3/24 dev v0
        ip addr add 10.8.0.1 peer 10.8.0.2/32 dev v0
        ip addr add 10.9.0.1/24 scope link dev v0
        ip addr add fd00:7::2/64 dev v0 nodad
        ip addr add 10.7.1.2/24 valid_lft 300 preferred_lft 300 dev v0
        """
      let outcome = try run(f, runtime, setUp, then: "ip link show v0; ip link show v1", ["ip", "addr"]) {
        $0["linux.netDevices"] = ["v0": ["name": "eth7"]]
        $0["process.env"] = ["PATH=/bin:/sbin:/usr/sbin"]
      }
      let lines = outcome.out.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
      let device = try #require(lines.first { $0.contains("eth7@") }, "\(outcome)")
      #expect(device.contains(",UP") && device.contains("mtu 1400"), "\(device)")
      for line in [
        "link/ether 02:00:00:00:00:07", "inet 10.7.0.2/24 brd 10.7.0.255 scope global eth7",
        "inet 10.7.0.3/24 scope global secondary eth7", "inet 10.8.0.1 peer 10.8.0.2/32 scope global eth7",
        "inet6 fd00:7::2/64 scope global",
      ] {
        #expect(lines.contains { $0.hasPrefix(line) }, "\(line): \(outcome)")
      }
      #expect(!outcome.out.contains("10.9.0.1"), "an address of another scope stays behind")
      #expect(!outcome.out.contains("10.7.1.2"), "so does one that expires")
      // The container has ended and its namespace with it, and so has the pair.
      #expect(outcome.err.contains("v0\" does not exist"), "\(outcome)")
    }
  }

  // conformance: LNX-NETDEV-1
  @Test(arguments: Runtime.oursOnly)
  func theKernelChoosesANameForATemplate(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let setUp = "ip link add v0 type veth peer v1; ip addr add 10.7.0.2/24 dev v0"
      let outcome = try run(f, runtime, setUp, ["ip", "addr"]) {
        $0["linux.netDevices"] = ["v0": ["name": "net%d"], "v1": ["name": "net%d"]]
        $0["process.env"] = ["PATH=/bin:/sbin:/usr/sbin"]
      }
      #expect(outcome.out.contains("net0@") && outcome.out.contains("net1@"), "\(outcome)")
      #expect(outcome.out.contains("inet 10.7.0.2/24 scope global net0"), "\(outcome)")
    }
  }

  // conformance: LNX-NETDEV-3
  @Test(arguments: Runtime.oursOnly)
  func aNameThatIsTakenIsRefusedAndNothingMoves(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let setUp = """
        ip link add a0 type veth peer a1; ip link add b0 type veth peer b1; ip link set a0 up
        ip addr add 10.7.0.2/24 dev a0
        """
      for (devices, problem) in [
        (["a0": [:], "b0": ["name": "lo"]], "linux.netDevices[\"b0\"].name: \"lo\" is there already"),
        (
          ["a0": [:], "c0": [:]],
          "linux.netDevices[\"c0\"]: the host has no network device of this name"
        ),
      ] as [(JSONValue, String)] {
        let outcome = try run(f, runtime, setUp, then: "ip addr show a0", ["true"]) {
          $0["linux.netDevices"] = devices
        }
        #expect(outcome.status == 1, "\(outcome)")
        #expect(outcome.err.contains(problem), "\(outcome)")
        #expect(outcome.out.contains("10.7.0.2/24") && outcome.out.contains(",UP"), "\(outcome)")
      }
    }
  }

  // A namespace that is joined gets the device too, and keeps it when the container has ended.
  @Test(arguments: Runtime.oursOnly)
  func aJoinedNamespaceKeepsTheDevice(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let setUp = """
        ip link add v0 type veth peer v1; unshare -n sleep 60 & other=$!
        until [ "$(readlink /proc/$other/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.01; done
        ln -sf /proc/$other/ns/net '\(f.directory)/namespace'
        """
      let outcome = try run(
        f, runtime, setUp, then: "nsenter -t $other -n ip link show v0; kill $other",
        ["ip", "link", "show", "v0"]
      ) {
        $0.shareNamespace("network")
        $0.append(["type": "network", "path": .string(f.directory + "/namespace")], to: "linux.namespaces")
        $0["linux.netDevices"] = ["v0": [:]]
        $0["process.env"] = ["PATH=/bin:/sbin:/usr/sbin"]
      }
      #expect(outcome.status == 0, "\(outcome)")
      #expect(outcome.out.components("v0@") == 2, "\(outcome)")
    }
  }
}

extension String {
  fileprivate func components(_ part: String) -> Int {
    split(separator: part, omittingEmptySubsequences: false).count - 1
  }
}
