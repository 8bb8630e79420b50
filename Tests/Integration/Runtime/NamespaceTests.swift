import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// `linux.namespaces`: new ones, inherited ones, and those joined by path.
@Suite(.requiresRoot) struct NamespaceTests {
  /// The word in config.json, and the name below /proc/PID/ns.
  static let kinds = [
    ("pid", "pid"), ("network", "net"), ("ipc", "ipc"), ("uts", "uts"), ("mount", "mnt"),
    ("cgroup", "cgroup"),
  ]

  // conformance: LNX-NS-1
  @Test(arguments: Runtime.available)
  func everyListedNamespaceIsNew(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(in: f)
      for (kind, name) in Self.kinds {
        #expect(try witness.text("namespaces.\(name)") != readLink("/proc/self/ns/\(name)"), "\(kind)")
      }
      #expect(try witness.text("namespaces.user") == readLink("/proc/self/ns/user"))
    }
  }

  // conformance: LNX-NS-2
  @Test(arguments: Runtime.available, ["pid", "network", "ipc", "uts", "cgroup"])
  func aNamespaceThatIsNotListedIsTheCallers(runtime: Runtime, kind: String) async throws {
    try await Fixture.with { f in
      let name = kind == "network" ? "net" : kind
      let witness = try f.client(runtime).witness(in: f) {
        $0.shareNamespace(kind)
        if kind == "uts" { $0["hostname"] = nil }
        // A mount of the host's own sysfs or mqueue needs the namespace that it shows.
        if kind == "ipc" { $0.remove(from: "mounts") { $0["type"]?.string == "mqueue" } }
      }
      // The caller is in the test's own network.
      let own = name == "net" ? try #require(f.network).path : "/proc/self/ns/\(name)"
      #expect(try witness.text("namespaces.\(name)") == readLink(own))
    }
  }

  // conformance: LNX-NS-3
  @Test(arguments: Runtime.available, ["pid", "network", "ipc", "uts", "cgroup"])
  func aNamespaceIsJoinedByPath(runtime: Runtime, kind: String) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let name = kind == "network" ? "net" : kind
      let first = try f.bundle(["sleep", "60"])
      try client.launch(first)
      let pid = try #require(try client.state(first.id)["pid"]?.integer(as: Int32.self))
      let path = "/proc/\(pid)/ns/\(name)"
      let expected = try readLink(path)
      let witness = try client.witness(in: f) {
        $0.shareNamespace(kind)
        $0.append(["type": .string(kind), "path": .string(path)], to: "linux.namespaces")
        if kind == "uts" { $0["hostname"] = nil }
      }
      #expect(witness.text("namespaces.\(name)") == expected)
      if kind == "uts" { #expect(witness.text("hostname") == "container") }
      if kind == "pid" { #expect(witness.number("pid") != 1) }
    }
  }

  // conformance: LNX-NS-4
  @Test(arguments: Runtime.available)
  func aPathOfAnotherKindIsRefused(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).run(
        f.bundle {
          $0.shareNamespace("network")
          $0.append(["type": "network", "path": "/proc/self/ns/uts"], to: "linux.namespaces")
        })
      #expect(outcome.status == 1, "\(outcome)")
    }
  }

  // conformance: LNX-NS-5
  @Test(arguments: Runtime.available)
  func aPathThatIsNotThereIsRefused(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).run(
        f.bundle {
          $0.shareNamespace("network")
          $0.append(["type": "network", "path": "/nosuch/netns"], to: "linux.namespaces")
        })
      #expect(outcome.status == 1, "\(outcome)")
      #expect(outcome.err.contains("/nosuch/netns"), "\(outcome)")
    }
  }

  // conformance: LNX-NS-6
  @Test(arguments: Runtime.available)
  func aKindListedTwiceIsRefused(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).run(f.bundle { $0.append(["type": "uts"], to: "linux.namespaces") })
      #expect(outcome.status == 1, "\(outcome)")
      #expect(outcome.err.contains("uts") || outcome.err.contains("duplicate"), "\(outcome)")
    }
  }

  // conformance: CFG-HOST-1
  @Test(arguments: Runtime.available)
  func theHostnameIsSetInItsOwnNamespaceOnly(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let before = try readText("/proc/sys/kernel/hostname")
      let witness = try f.client(runtime).witness(["sysctl:kernel.hostname"], in: f) {
        $0["hostname"] = "web-1"
      }
      #expect(witness.text("hostname") == "web-1")
      #expect(witness.answer("sysctl:kernel.hostname") == "web-1")
      #expect(try readText("/proc/sys/kernel/hostname") == before)
    }
  }

  @Test(arguments: Runtime.available)
  func aHostnameWithoutANamespaceIsRefused(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).run(
        f.bundle { $0.shareNamespace("uts") })
      #expect(outcome.status == 1, "\(outcome)")
      #expect(outcome.err.contains("hostname"), "\(outcome)")
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func theDomainNameIsSet(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(in: f) { $0["domainname"] = "example.org" }
      #expect(witness.text("domainname") == "example.org")
    }
  }

  @Test(arguments: Runtime.available)
  func loopbackIsUpInANewNetwork(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(in: f)
      #expect(witness.number("loopbackUp") == 1)
      #expect(!witness.texts("interfaces").contains { $0.contains("eth0") })
    }
  }

  // runc since 1.4.
  @Test(arguments: Runtime.oursOnly)
  func aUserNamespaceHasItsOwnLimits(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let name = "user.max_mnt_namespaces"
      let before = try readText("/proc/sys/user/max_mnt_namespaces")
      let client = f.client(runtime)
      let bundle = try f.bundle(["witness", "sysctl:" + name]) {
        $0.addUserNamespace()
        $0["linux.sysctl"] = .object(JSONObject([.init(key: name, value: "17")]))
      }
      #expect(try Witness(client.run(bundle).succeeded()).answer("sysctl:" + name) == "17")
      #expect(try readText("/proc/sys/user/max_mnt_namespaces") == before)
      let outcome = try client.run(
        f.bundle { $0["linux.sysctl"] = .object(JSONObject([.init(key: name, value: "17")])) })
      #expect(outcome.complaint.contains("needs a private user namespace"), "\(outcome)")
    }
  }

  // conformance: LNX-SYSCTL-1
  @Test(arguments: Runtime.available)
  func sysctlsAreSetInTheContainersNamespaces(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let names = ["net.ipv4.ip_forward", "kernel.shm_rmid_forced", "fs.mqueue.msg_max"]
      let before = try readText("/proc/sys/kernel/shm_rmid_forced")
      let witness = try f.client(runtime).witness(names.map { "sysctl:" + $0 }, in: f) {
        $0["linux.sysctl"] = [
          "net.ipv4.ip_forward": "1", "kernel.shm_rmid_forced": "1", "fs.mqueue.msg_max": "5",
        ]
      }
      #expect(witness.answer("sysctl:net.ipv4.ip_forward") == "1")
      #expect(witness.answer("sysctl:kernel.shm_rmid_forced") == "1")
      #expect(witness.answer("sysctl:fs.mqueue.msg_max") == "5")
      #expect(try readText("/proc/sys/kernel/shm_rmid_forced") == before)
    }
  }

  @Test(
    arguments: Runtime.available,
    ["kernel.panic", "vm.swappiness", "net.ipv4/../../kernel/panic", "kernel/../../x"])
  func aSysctlOfTheHostIsRefused(runtime: Runtime, name: String) async throws {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).run(
        f.bundle { $0["linux.sysctl"] = .object(JSONObject([.init(key: name, value: "10")])) })
      #expect(outcome.status == 1, "\(outcome)")
    }
  }

  @Test(arguments: Runtime.available)
  func aNetworkSysctlInTheHostsNetworkIsRefused(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).run(
        f.bundle {
          $0["linux.sysctl"] = ["net.ipv4.ip_forward": "1"]
          $0.shareNamespace("network")
        })
      #expect(outcome.status == 1, "\(outcome)")
    }
  }
}
