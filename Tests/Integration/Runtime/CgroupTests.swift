import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// `linux.cgroupsPath` and `linux.resources`, as the kernel's files show them. The files' names are those of v1
/// where a controller is there, else of v2.
@Suite(.requiresRoot) struct CgroupTests {
  /// The content of a cgroup's file; v1 name first, then v2's.
  private func value(_ controller: String, _ bundle: TestBundle, _ names: (v1: String, v2: String)) throws
    -> String
  {
    let directory = try #require(try Host.cgroup(controller, bundle.cgroup), "no hierarchy has \(controller)")
    let file = "\(directory)/\(names.v1)"
    return try readText(fileExists(file) ? file : "\(directory)/\(names.v2)")
  }

  private func running(
    _ f: Fixture, _ runtime: Runtime, _ edit: (inout ConfigTree) -> Void
  ) throws -> (RuntimeClient, TestBundle) {
    let client = f.client(runtime)
    let bundle = try f.bundle(["sleep", "60"], edit: edit)
    try client.launch(bundle)
    return (client, bundle)
  }

  // conformance: LNX-CGPATH-1
  @Test(arguments: Runtime.available)
  func theContainerIsInTheCgroupAskedForInEveryHierarchy(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (client, bundle) = try running(f, runtime) { _ in }
      let pid = try #require(try client.state(bundle.id)["pid"]?.integer(as: Int32.self))
      for controller in ["pids", "memory", "cpu", "cpuset", "devices", "freezer", "blkio"] {
        guard let directory = try Host.cgroup(controller, bundle.cgroup) else { continue }
        #expect(
          try readText(directory + "/cgroup.procs").split(separator: "\n") == ["\(pid)"], "\(controller)")
      }
    }
  }

  @Test(arguments: Runtime.available)
  func aContainerWithoutAPathGetsACgroupOfItsOwn(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (client, bundle) = try running(f, runtime) { $0["linux.cgroupsPath"] = nil }
      let pid = try #require(try client.state(bundle.id)["pid"]?.integer(as: Int32.self))
      let lines = try readText("/proc/\(pid)/cgroup").split(separator: "\n")
      let line = try #require(Witness.membership("pids", in: lines.map(String.init)))
      #expect(line.contains(bundle.id), "\(line)")
    }
  }

  /// As in a container that mounts its cgroups itself: those of before are in the table of mounts still, covered.
  @Test(arguments: Runtime.available)
  func hierarchiesThatOthersCoverAreNotLookedFor(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["cat", "/proc/self/cgroup"]) { $0.shareNamespace("cgroup") }
      let program = try #require(Host.findProgram(runtime.program))
      let script = """
        set -e
        grep -E ' - cgroup2? ' /proc/self/mountinfo >"$0"
        mount -t tmpfs cover /sys/fs/cgroup
        if grep -q ' - cgroup ' "$0"; then
          while read -r line; do
            case $line in *" - cgroup "*) ;; *) continue ;; esac
            options=${line##* rw,}
            mkdir "/sys/fs/cgroup/${options#name=}"
            mount -t cgroup -o "$options" cgroup "/sys/fs/cgroup/${options#name=}"
          done <"$0"
        else
          mkdir /sys/fs/cgroup/all && mount -t cgroup2 cgroup /sys/fs/cgroup/all
        fi
        exec "$@"
        """
      let outcome = try f.run(
        "unshare",
        [
          "-m", "--propagation", "private", "sh", "-c", script, "\(bundle.path)/before", program, "--root",
          client.stateRoot, "run", "--bundle", bundle.path, bundle.id,
        ])
      let lines = outcome.out.split(separator: "\n").map(String.init)
      #expect(Witness.membership("pids", in: lines)?.hasSuffix(bundle.cgroup) == true, "\(outcome)")
    }
  }

  @Test(arguments: Runtime.available)
  func insideTheNamespaceThePathIsTheRoot(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(["list:/sys/fs/cgroup"], in: f)
      let pids = Witness.membership("pids", in: witness.texts("cgroup"))
      #expect(pids?.hasSuffix(":/") == true, "\(witness.texts("cgroup"))")
      let isUnified = try Host.isUnified
      let names = witness.probe("list:/sys/fs/cgroup")?.array
      #expect(names?.contains(isUnified ? "cgroup.procs" : "pids") == true)
      let point = isUnified ? "/sys/fs/cgroup" : "/sys/fs/cgroup/pids"
      #expect(witness.mount(at: point)?.options.contains("ro") == true)
      #expect(witness.mount(at: point)?.root == "/")
    }
  }

  // conformance: LNX-PIDS-1
  @Test(arguments: Runtime.available)
  func theNumberOfProcessesIsLimited(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (client, bundle) = try running(f, runtime) { $0["linux.resources.pids"] = ["limit": 7] }
      #expect(try value("pids", bundle, ("pids.max", "pids.max")) == "7")
      let script = "for i in 1 2 3 4 5 6 7 8 9; do sleep 1 & done; wait"
      let outcome = try client.call("exec", bundle.id, "sh", "-c", script)
      #expect(outcome.err.contains("can't fork"), "\(outcome)")
    }
  }

  // crun takes 0 for no limit, and so did the specification before 1.3: podman writes it for none. runc since 1.4 has 1.
  // conformance: LNX-PIDS-2
  @Test(arguments: Runtime.oursOnly, [("1.3.0", "1"), ("1.0.2-dev", "max"), ("1.2.1", "max")])
  func aLimitOfNoProcessesLeavesTheProgramAlone(
    runtime: Runtime, given: (version: String, limit: String)
  ) async throws {
    try await Fixture.with { f in
      let (client, bundle) = try running(f, runtime) {
        $0["ociVersion"] = .string(given.version)
        $0["linux.resources.pids"] = ["limit": 0]
      }
      func limit() throws -> String { try value("pids", bundle, ("pids.max", "pids.max")) }
      #expect(try limit() == given.limit)
      try client.call("update", "--pids-limit", "7", bundle.id).succeeded()
      #expect(try limit() == "7")
      try client.call("update", "--pids-limit", "0", bundle.id).succeeded()
      #expect(try limit() == given.limit)
      try client.call("update", "--pids-limit", "-1", bundle.id).succeeded()
      #expect(try limit() == "max")
    }
  }

  // conformance: LNX-MEM-1
  @Test(arguments: Runtime.available)
  func memoryIsLimited(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (_, bundle) = try running(f, runtime) {
        $0["linux.resources.memory"] = ["limit": 67_108_864, "reservation": 33_554_432, "swap": 134_217_728]
      }
      #expect(try value("memory", bundle, ("memory.limit_in_bytes", "memory.max")) == "67108864")
      #expect(try value("memory", bundle, ("memory.soft_limit_in_bytes", "memory.low")) == "33554432")
      let directory = try #require(try Host.cgroup("memory", bundle.cgroup))
      if fileExists(directory + "/memory.memsw.limit_in_bytes") {
        #expect(try readText(directory + "/memory.memsw.limit_in_bytes") == "134217728")
      }
    }
  }

  @Test(arguments: Runtime.available)
  func aContainerThatTakesMoreMemoryIsKilled(runtime: Runtime) async throws {
    try await Fixture.with { f in
      // tail keeps its whole input, which has no line end.
      let outcome = try f.client(runtime).run(
        f.bundle(["sh", "-c", "tail -n 1 /dev/zero; echo $?"]) {
          $0["linux.resources.memory"] = ["limit": 16_777_216, "swap": 16_777_216]
        }, within: .seconds(60))
      #expect(outcome.out == "137\n", "\(outcome)")
    }
  }

  // conformance: LNX-CPU-1
  @Test(arguments: Runtime.available)
  func cpuIsSharedAndLimited(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (_, bundle) = try running(f, runtime) {
        $0["linux.resources.cpu"] = [
          "shares": 512, "quota": 50000, "period": 100000, "cpus": "0", "mems": "0",
        ]
      }
      let directory = try #require(try Host.cgroup("cpu", bundle.cgroup))
      if fileExists(directory + "/cpu.shares") {
        #expect(try readText(directory + "/cpu.shares") == "512")
        #expect(try readText(directory + "/cpu.cfs_quota_us") == "50000")
        #expect(try readText(directory + "/cpu.cfs_period_us") == "100000")
      } else {
        #expect(try readText(directory + "/cpu.max") == "50000 100000")
      }
      #expect(try value("cpuset", bundle, ("cpuset.cpus", "cpuset.cpus")) == "0")
      #expect(try value("cpuset", bundle, ("cpuset.mems", "cpuset.mems")) == "0")
    }
  }

  @Test(arguments: Runtime.available)
  func aLimitThatTheKernelRefusesIsRefused(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle { $0["linux.resources.cpu"] = ["cpus": "4095"] }
      let outcome = try client.run(bundle)
      #expect(outcome.status == 1)
      #expect(outcome.err.contains("cpuset.cpus"), "\(outcome)")
      for hierarchy in try Host.cgroupHierarchies() { #expect(!fileExists(hierarchy + bundle.cgroup)) }
    }
  }

  /// A container of three processes in the host's pid namespace, all of them running, and its cgroup.
  private func launchThree(_ client: RuntimeClient, _ f: Fixture) throws -> (TestBundle, directory: String) {
    let bundle = try f.bundle(["sh", "-c", "sleep 61 & sleep 62 & echo; wait"]) { $0.shareNamespace("pid") }
    try client.launch(bundle)
    try eventually("all run") { try bundle.output() == "\n" }
    return (bundle, try #require(try Host.cgroup("pids", bundle.cgroup)))
  }

  @Test(arguments: Runtime.available)
  func killAllReachesEveryProcess(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let (bundle, directory) = try launchThree(client, f)
      #expect(try readText(directory + "/cgroup.procs").split(separator: "\n").count == 3)
      try client.call("kill", "--all", bundle.id, "KILL").succeeded()
      try eventually("all ended") { try readText(directory + "/cgroup.procs").isEmpty }
    }
  }

  // Without a pid namespace the others outlive init; KILL is for them as well, and only once.
  @Test(arguments: Runtime.oursOnly)
  func killReachesThoseWhoOutlivedInit(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let (bundle, directory) = try launchThree(client, f)
      let pid = try #require(try client.state(bundle.id)["pid"]?.integer(as: Int32.self))
      try sendSignal(Signal.kill, toPID: pid)
      try client.waitUntilStopped(bundle.id)
      #expect(try client.call("kill", bundle.id, "TERM").complaint.contains("container not running"))
      try client.call("kill", bundle.id, "KILL").succeeded()
      try eventually("all ended") { try readText(directory + "/cgroup.procs").isEmpty }
      #expect(try client.call("kill", bundle.id, "KILL").complaint.contains("container not running"))
    }
  }

  // What is done where there is one, ResourceControlTests show with a plain directory in its place.
  // conformance: LNX-RDT-1
  @Test(arguments: Runtime.oursOnly)
  func intelRdtNeedsResctrl(runtime: Runtime) async throws {
    if try readText("/proc/self/mountinfo").contains(" - resctrl ") { return }
    try await Fixture.with { f in
      let outcome = try f.client(runtime).run(f.bundle { $0["linux.intelRdt"] = [:] })
      #expect(outcome.status == 1)
      #expect(outcome.err.contains("linux.intelRdt: no resctrl file system is mounted"), "\(outcome)")
    }
  }

  // conformance: LNX-RDT-2 LNX-RDMA-1
  @Test(
    arguments: Runtime.oursOnly,
    [
      ("linux.intelRdt", ["memBwSchema": "20"], "linux.intelRdt.memBwSchema"),
      ("linux.intelRdt", ["schemata": ["MB:0=20\nL3:0=f"]], "linux.intelRdt.schemata[0]"),
      ("linux.resources.rdma", ["mlx5_1": [:]], "linux.resources.rdma[\"mlx5_1\"]: limits nothing"),
    ] as [(String, JSONValue, String)])
  func valuesThatCannotBeAreRefused(
    runtime: Runtime, given: (path: String, value: JSONValue, complaint: String)
  ) async throws {
    try await Fixture.with { f in
      let outcome = try f.client(runtime).run(f.bundle { $0[given.path] = given.value })
      #expect(outcome.status == 1)
      #expect(outcome.err.contains(given.complaint), "\(outcome)")
    }
  }

  // Init could not come to its first step there, and whoever waits for it would wait for ever.
  @Test(arguments: Runtime.oursOnly, [true, false])
  func aFrozenCgroupIsRefused(runtime: Runtime, itself: Bool) async throws {
    try await Fixture.with { f in
      var bundle = try f.bundle(["true"])
      let path = bundle.cgroup
      // On v2 freezing is no controller's.
      let frozen = try #require(try Host.cgroup("freezer", path) ?? Host.cgroup("pids", path))
      if !itself { bundle = try f.bundle(["true"]) { $0["linux.cgroupsPath"] = .string(path + "/inner") } }
      try makeDirectories(frozen)
      let isV1 = fileExists("\(frozen)/freezer.state")
      let (file, on, off) = isV1 ? ("freezer.state", "FROZEN", "THAWED") : ("cgroup.freeze", "1", "0")
      try writeExistingFile("\(frozen)/\(file)", on)
      let outcome = try f.client(runtime).run(bundle)
      try writeExistingFile("\(frozen)/\(file)", off)
      #expect(outcome.status == 1)
      #expect(outcome.err.contains("container's cgroup unexpectedly frozen"), "\(outcome)")
      #expect(fileExists(frozen) && !fileExists("\(frozen)/inner"))
      #expect(try f.client(runtime).run(bundle).status == 0)
      if fileExists(frozen) { try removeEmptyDirectory(frozen) }
    }
  }
}
