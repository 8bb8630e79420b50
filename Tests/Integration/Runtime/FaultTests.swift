import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// The runtime is killed before each system call by which it changes something or depends on others, one run for each.
/// strace(1) kills it, so that the program is the one that users have.
@Suite(.requiresRoot, .requires(program: "strace")) struct FaultTests {
  /// Calls that only look are left out: a kill before one is a kill before the next that is listed.
  private let calls: Set<Substring> = [
    "bind", "chdir", "clone", "clone3", "connect", "execveat", "exit_group", "fcntl", "flock", "kill",
    "listen",
    "mkdir", "mkdirat", "mount_setattr", "open_tree", "openat", "pidfd_send_signal", "recvfrom", "recvmsg",
    "rename", "renameat", "renameat2", "rmdir", "sendmsg", "sendto", "setns", "socket", "socketpair",
    "unlinkat",
    "unshare", "wait4", "waitid", "write",
  ]

  @Test(arguments: Runtime.oursOnly)
  func killedWhileItCreatesItLeavesNothingThatCannotBeRemoved(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (client, bundle) = (f.client(runtime), try f.bundle(["sleep", "60"]))
      try walk(f, client, bundle, "create --bundle \(bundle.path)") {}
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func killedWhileItRunsItLeavesNothingThatCannotBeRemoved(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (client, bundle) = (f.client(runtime), try f.bundle(["true"]))
      try walk(f, client, bundle, "run --bundle \(bundle.path)") {}
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func killedWhileItDeletesItCanDeleteAgain(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let (client, bundle) = (f.client(runtime), try f.bundle(["sleep", "60"]))
      try walk(f, client, bundle, "delete --force") { try client.create(bundle).succeeded() }
    }
  }

  /// Kills `command` before every call that it made when nobody killed it.
  private func walk(
    _ f: Fixture, _ client: RuntimeClient, _ bundle: TestBundle, _ command: String, prepare: () throws -> Void
  ) throws {
    let log = try f.path("strace")
    func traced(_ options: String) throws -> Outcome {
      try prepare()
      return try f.shell(
        "exec strace -o \(log) \(options) \(client.commandLine) \(command) \(bundle.id) >\(bundle.stdoutFile) 2>&1"
      )
    }
    // The first time makes what all containers share, but the parent of their cgroups, which goes with the one that
    // made it; the second shows what every other one does.
    for top in try Host.cgroupHierarchies() { try makeDirectories(top + f.cgroupParent) }
    for _ in 0..<2 {
      try traced("").succeeded()
      try expectRemovable(client, bundle, f, "not killed")
    }
    let points = try points(readText(log))
    #expect(points.count > 20, "\(points)")
    var killed = 0
    for (call, number) in points {
      let outcome = try traced("-e trace=\(call) -e inject=\(call):signal=KILL:when=\(number)")
      if outcome.exit == .signaled(Signal.kill) { killed += 1 }
      let place = "killed before \(call) number \(number)"
      try expectTruth(client, bundle, f, place)
      try expectRemovable(client, bundle, f, place)
    }
    // How often it waits for init may differ by a call or two.
    #expect(killed >= points.count - 3, "\(killed) of \(points.count)")
    // All the time the id stayed free for use.
    try client.create(bundle).succeeded()
    try expectRemovable(client, bundle, f, "in the end")
  }

  /// Each call with its number among those of its name, as strace counts.
  private func points(_ log: String) -> [(call: Substring, number: Int)] {
    var counts: [Substring: Int] = [:]
    return log.split(separator: "\n").compactMap { line in
      let call = line.prefix { $0 != "(" }
      guard calls.contains(call) else { return nil }
      counts[call, default: 0] += 1
      return (call, counts[call] ?? 0)
    }
  }

  /// `state` names a process that is there, or none, or says that there is no container.
  private func expectTruth(_ client: RuntimeClient, _ bundle: TestBundle, _ f: Fixture, _ place: String)
    throws
  {
    let outcome = try client.call("state", bundle.id)
    guard outcome.status == 0 else {
      #expect(outcome.complaint.contains("does not exist"), "\(place): \(outcome)")
      return
    }
    let state = try JSON.parse(outcome.stdout, file: "state")
    let status = try #require(state["status"]?.string)
    let pid = state["pid"]?.integer(as: Int32.self) ?? 0
    #expect(["creating", "created", "running", "stopped"].contains(status), "\(place): \(status)")
    #expect((pid == 0) == (status == "stopped"), "\(place): \(status), pid \(pid)")
    // It may have ended since: it saw that it was alone, or the signal of `delete` has reached it.
    if pid != 0, try ProcessFacts(pid: pid)?.hasEnded != false {
      #expect(try client.status(bundle.id) == "stopped", "\(place): \(status), pid \(pid)")
    }
  }

  private func expectRemovable(_ client: RuntimeClient, _ bundle: TestBundle, _ f: Fixture, _ place: String)
    throws
  {
    let removed = try client.call("delete", "--force", bundle.id)
    #expect(removed.status == 0, "\(place): \(removed)")
    #expect(try client.call("state", bundle.id).status == 1, "\(place)")
    #expect(!fileExists("\(client.stateRoot)/\(bundle.id)"), "\(place)")
    let cgroups = try f.cgroups().flatMap { top in
      try listDirectory(top).filter { $0.hasPrefix(bundle.id) }.map { "\(top)/\($0)" }
    }
    #expect(cgroups == [], "\(place)")
  }
}
