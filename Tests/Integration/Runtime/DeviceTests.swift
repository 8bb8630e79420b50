import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// Device nodes, the links in /dev, and who may open what.
@Suite(.requiresRoot) struct DeviceTests {
  // conformance: LNX-DEV-1
  @Test(arguments: Runtime.available)
  func theDefaultDevicesAreThere(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(
        ["read:/dev/zero", "write:/dev/null", "read:/dev/urandom"], in: f)
      let devices = [
        "null": (1, 3), "zero": (1, 5), "full": (1, 7), "random": (1, 8), "urandom": (1, 9), "tty": (5, 0),
      ]
      for (name, (major, minor)) in devices {
        #expect(witness.text("devices.\(name).type") == "char", "\(name)")
        #expect(witness.number("devices.\(name).major") == major, "\(name)")
        #expect(witness.number("devices.\(name).minor") == minor, "\(name)")
        #expect(witness.number("devices.\(name).mode") == 0o666, "\(name)")
        #expect(witness.number("devices.\(name).uid") == 0, "\(name)")
      }
      for probe in ["read:/dev/zero", "write:/dev/null", "read:/dev/urandom"] {
        #expect(witness.answer(probe) == "ok")
      }
    }
  }

  @Test(arguments: Runtime.available)
  func theLinksInDevAreThere(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(in: f)
      let links = [
        "fd": "/proc/self/fd", "stdin": "/proc/self/fd/0", "stdout": "/proc/self/fd/1",
        "stderr": "/proc/self/fd/2",
      ]
      for (name, target) in links { #expect(witness.text("devices.\(name).target") == target, "\(name)") }
      #expect(witness.text("devices.ptmx.target")?.hasSuffix("pts/ptmx") == true)
      let expected: Set = [
        "null", "zero", "full", "random", "urandom", "tty", "fd", "stdin", "stdout", "stderr", "ptmx", "pts",
        "shm",
        "mqueue", "core",
      ]
      #expect(Set(witness.names("devices")).isSubset(of: expected), "\(witness.names("devices"))")
    }
  }

  // conformance: LNX-DEV-2
  @Test(arguments: Runtime.available)
  func aListedDeviceIsMadeWithItsModeAndOwner(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(
        ["stat:/opt/pipe", "stat:/dev/ours", "read:/dev/ours"], in: f
      ) {
        $0["root.readonly"] = false
        $0["linux.devices"] = [
          [
            "path": "/dev/ours", "type": "c", "major": 1, "minor": 5, "fileMode": 0o640, "uid": 1000,
            "gid": 29,
          ],
          ["path": "/opt/pipe", "type": "p", "fileMode": 0o600, "uid": 0, "gid": 0],
        ]
      }
      let device = try #require(witness.probe("stat:/dev/ours"))
      #expect(device["type"] == "char")
      #expect(device["major"] == 1)
      #expect(device["minor"] == 5)
      #expect(device["mode"] == 0o640)
      #expect(device["uid"] == 1000)
      #expect(device["gid"] == 29)
      #expect(witness.probe("stat:/opt/pipe")?["type"] == "fifo")
    }
  }

  // conformance: LNX-DEVCG-1
  @Test(arguments: Runtime.available)
  func aDeviceThatIsNotAllowedCannotBeOpened(runtime: Runtime) async throws {
    try await Fixture.with { f in
      // Harmless to open, not readable even then, and in nobody's list of defaults.
      let client = f.client(runtime)
      let devices: JSONValue = [
        ["path": "/dev/loops", "type": "c", "major": 10, "minor": 237, "fileMode": 0o666]
      ]
      let denied = try client.witness(["read:/dev/loops", "read:/dev/zero"], in: f) {
        $0["linux.devices"] = devices
      }
      #expect(denied.answer("read:/dev/loops") == "EPERM")
      #expect(denied.answer("read:/dev/zero") == "ok")
      let allowed = try client.witness(["read:/dev/loops"], in: f) {
        $0["linux.devices"] = devices
        $0.append(
          ["allow": true, "type": "c", "major": 10, "minor": 237, "access": "r"],
          to: "linux.resources.devices")
      }
      #expect(allowed.answer("read:/dev/loops") == "EINVAL")
    }
  }

  // runc opens every device then, as does the v1 controller by itself.
  @Test(arguments: Runtime.oursOnly)
  func aRuleForAllKindsAllowsItsNumbersOnly(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(["read:/dev/loops", "read:/dev/filesystems"], in: f) {
        $0["linux.devices"] = [
          ["path": "/dev/loops", "type": "c", "major": 10, "minor": 237, "fileMode": 0o666],
          ["path": "/dev/filesystems", "type": "c", "major": 10, "minor": 229, "fileMode": 0o666],
        ]
        $0.append(
          ["allow": true, "type": "a", "major": 10, "minor": 237, "access": "rwm"],
          to: "linux.resources.devices")
      }
      #expect(witness.answer("read:/dev/loops") == "EINVAL")
      #expect(witness.answer("read:/dev/filesystems") == "EPERM")
    }
  }

  // conformance: LNX-DEVCG-2
  @Test(arguments: Runtime.available)
  func deviceRulesApplyInTheirOrder(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(["read:/dev/loops"], in: f) {
        $0["linux.devices"] = [
          ["path": "/dev/loops", "type": "c", "major": 10, "minor": 237, "fileMode": 0o666]
        ]
        $0["linux.resources.devices"] = [
          ["allow": false, "access": "rwm"],
          ["allow": true, "type": "c", "major": 10, "minor": 237, "access": "r"],
          ["allow": false, "type": "c", "major": 10, "minor": 237, "access": "r"],
        ]
      }
      #expect(witness.answer("read:/dev/loops") == "EPERM")
    }
  }
}
