import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// `NOTIFY_SOCKET`: a service manager hears that the container is ready, and nothing else of what it says.
@Suite(.requiresRoot) struct NotifyTests {
  /// The service manager's side.
  private func manager(_ f: Fixture) throws -> (socket: Listener, environment: [String: String]) {
    let socket = try bindDatagramSocket("manager", in: try openFile(f.directory, [.path, .directory]))
    return (Listener(socket), ["NOTIFY_SOCKET": "\(f.directory)/manager"])
  }

  private final class Listener {
    let descriptor: OwnedDescriptor
    init(_ descriptor: consuming OwnedDescriptor) { self.descriptor = descriptor }

    /// The next message; nil when none comes within half a second.
    func next() throws -> String? {
      let loop = try EventLoop()
      try loop.watch(descriptor, for: .read, token: 0)
      guard try loop.next(milliseconds: 500) != nil else { return nil }
      return String(decoding: try receiveRecord(descriptor, limit: 4096), as: UTF8.self)
    }
  }

  private let script = """
    witness notify:STATUS=loading > /dev/null; sleep 0.2; echo speaking
    witness "notify:READY=1
    BUSERROR=1" > /dev/null; sleep 60
    """

  @Test(arguments: Runtime.available)
  func startWaitsAndPassesReadinessOn(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let (socket, environment) = try manager(f)
      let bundle = try f.bundle(["sh", "-c", script]) { $0["process.user"] = ["uid": 1000, "gid": 1000] }
      _ = try client.call(
        ["create", "--bundle", bundle.path, bundle.id], environment: environment,
        files: [bundle.stdoutFile, bundle.stderrFile]
      ).succeeded()
      let pid = try #require(try client.state(bundle.id)["pid"]?.integer(as: Int.self))
      try client.call(["start", bundle.id], environment: environment).succeeded()
      #expect(try bundle.output() == "speaking\n")
      let first = try socket.next()
      guard runtime == .ours else {
        #expect(first?.hasPrefix("READY=1") == true)
        return
      }
      #expect(first == "READY=1\nMAINPID=\(pid)")
      #expect(try socket.next() == nil)
      // A process that joins later has nothing to do with it.
      let other = try client.call(["exec", bundle.id, "env"], environment: environment)
      #expect(!other.out.contains("NOTIFY_SOCKET"))
    }
  }

  @Test(arguments: Runtime.oursOnly, [true, false])
  func runPassesReadinessOn(runtime: Runtime, detached: Bool) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let (socket, environment) = try manager(f)
      let bundle = try f.bundle(["sh", "-c", detached ? script : "witness notify:READY=1; echo; exit 3"])
      let outcome = try client.call(
        ["run"] + (detached ? ["--detach"] : []) + ["--bundle", bundle.path, bundle.id],
        environment: environment, files: [bundle.stdoutFile, bundle.stderrFile])
      #expect(outcome.status == (detached ? 0 : 3))
      #expect(try socket.next()?.hasPrefix("READY=1\nMAINPID=") == true)
      if !detached { #expect(try Witness(bundle.output()).answer("notify:READY=1") == "ok") }
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func startDoesNotWaitForAContainerThatHasEnded(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let (socket, environment) = try manager(f)
      let bundle = try f.bundle(["true"])
      try client.call(["create", "--bundle", bundle.path, bundle.id], environment: environment).succeeded()
      try client.call(["start", bundle.id], environment: environment).succeeded()
      #expect(try socket.next() == nil)
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func withoutAServiceManagerThereIsNoSocket(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let witness = try f.client(runtime).witness(in: f)
      #expect(witness.texts("env").filter { $0.hasPrefix("NOTIFY") } == [])
      #expect(witness.mount(at: "/run/notify") == nil)
    }
  }
}
