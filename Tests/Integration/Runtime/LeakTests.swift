import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// A thousand containers come and go under a parent that lives on; what is left is compared with what was there.
@Suite(.requiresRoot) struct LeakTests {
  /// Two parents side by side, each with half of the containers; each says which descriptors it has, before and after.
  private func parent(_ client: RuntimeClient, _ bundle: TestBundle) -> String {
    """
    echo /proc/$$/fd/*
    i=0
    while [ $i -lt 500 ]; do
      i=$((i + 1))
      \(client.commandLine) create --bundle \(bundle.path) \(bundle.id)-$i || exit
      \(client.commandLine) start \(bundle.id)-$i || exit
      \(client.commandLine) delete --force \(bundle.id)-$i || exit
    done </dev/null >>\(bundle.stdoutFile) 2>>\(bundle.stderrFile)
    echo /proc/$$/fd/*
    """
  }

  @Test(arguments: Runtime.oursOnly)
  func aThousandContainersLeaveNothingBehind(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      // Each container has the cgroup of its id.
      let bundles = try (1...2).map { number in
        try f.bundle(["true"]) { $0["linux.cgroupsPath"] = .string("\(f.cgroupParent)/\(number)") }
      }
      try client.run(bundles[0]).succeeded()
      let before = try Remains(f, client)
      let parents = try bundles.map { try f.start("sh", ["-c", parent(client, $0)]) }
      for (parent, bundle) in zip(parents, bundles) {
        let outcome = try parent.wait(within: .seconds(150)).succeeded()
        #expect(outcome.lines.count == 2 && outcome.lines.first == outcome.lines.last, "\(outcome)")
        #expect(try readText(bundle.stderrFile) == "")
      }
      try eventually("the last processes end") { try f.processes().isEmpty }
      // The kernel frees keyrings some time after their last user.
      let patience = Deadline(in: .seconds(20))
      var after = try Remains(f, client)
      while !after.isNoMore(than: before), !patience.hasPassed { after = try Remains(f, client) }
      #expect(after.isNoMore(than: before), "before: \(before); after: \(after)")
    }
  }

  /// What could be left behind, counted.
  private struct Remains: CustomStringConvertible {
    let containers: [String]
    let cgroups: [String]
    let mounts: [Substring]
    let keys: Int

    init(_ f: Fixture, _ client: RuntimeClient) throws {
      containers = try listDirectory(client.stateRoot)
      cgroups = try f.cgroups().flatMap { top in
        try listDirectory(top).filter { try fileStatus("\(top)/\($0)").kind == .directory }
      }
      mounts = try readText("/proc/self/mountinfo").split(separator: "\n")
      // proc(5), /proc/key-users: "uid: usage nkeys/nikeys …"; those of root.
      let line = try readText("/proc/key-users").split(separator: "\n").first {
        $0.drop { $0 == " " }.hasPrefix("0:")
      }
      let count = line?.split { " :/".contains($0) }.dropFirst(2).first
      keys = try #require(count.flatMap { Int($0) })
    }

    /// Others may have made some keys meanwhile, but not hundreds.
    func isNoMore(than other: Remains) -> Bool {
      containers == other.containers && cgroups == other.cgroups && mounts == other.mounts
        && keys < other.keys + 100
    }

    var description: String {
      "\(containers) \(cgroups) \(mounts.count) mounts \(keys) keys"
    }
  }
}
