import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

/// What comes back by itself: rules that somebody removed, networks after a reboot, what killed commands left.
@Suite("Network recovery", .serialized, .requiresRoot)
struct NetworkRecoveryTests {
  /// The table as it is.
  private static func rules(_ f: Fixture) throws -> String {
    try f.shell("nft list table inet apus").succeeded().out
  }

  /// The elements, in an order of their own: the kernel lists a set's by its hash.
  private static func elements(_ f: Fixture) throws -> Set<String> {
    let text = try f.shell("nft -s list ruleset | tr -d '\\n\\t' | sed 's/elements = /\\n/g; s/}/\\n/g'").out
    return Set(text.split(whereSeparator: { ",\n{".contains($0) }).map { String($0.filter { $0 != " " }) })
  }

  @Test func connectionsOfAContainerThatEndsAreForgotten() async throws {
    try await Fixture.withNetworks { f, _ in
      try f.apus("network", "create", "--subnet=10.84.0.0/24", "talk").succeeded()
      let id = try f.sleeper("--network=talk", "--ip=10.84.0.7")
      try f.apus("exec", id, "ping", "-c", "1", "10.84.0.1").succeeded()
      let tracked = "grep -c -F 10.84.0.7 /proc/net/nf_conntrack"
      #expect(try f.shell(tracked).out == "1\n")
      try f.apus("rm", "-f", id).succeeded()
      #expect(try f.shell(tracked).out == "0\n")
    }
  }

  @Test(arguments: [
    "nft flush ruleset", "nft flush table inet apus", "nft delete table bridge apus",
    "nft delete table inet apus",
  ])
  func rulesThatSomebodyRemovedComeBackWithTheNextContainer(_ removal: String) async throws {
    try await Fixture.withNetworks { f, _ in
      try f.apus("network", "create", "--subnet=10.81.0.0/24", "-o", "icc=false", "apart").succeeded()
      try f.apus("network", "create", "--subnet=10.82.0.0/24", "--internal", "inner").succeeded()
      try f.apus("network", "create", "--subnet=10.83.0.0/24", "open").succeeded()
      let id = try f.sleeper("--network=apart", "--name=one")
      _ = try f.sleeper("--network=inner", "--name=two")
      _ = try f.sleeper("--network=open", "--name=three")
      // A port and a link, as whoever publishes asks for them.
      let request = """
        {"state":"\(f.runRoot)/networks","container":"\(id)","ports":[{"protocol":"tcp","host":"0.0.0.0",
        "hostPort":8080,"container":"10.81.0.2","containerPort":80}],"links":[{"recipient":"10.81.0.2",
        "source":"10.81.0.9","protocol":"tcp","port":5432}]}
        """
      try f.write(request, to: "request")
      let network = "\(Host.programs)/apus-network"
      try f.shell("\(network) publish <request").succeeded()
      let before = try Self.elements(f)
      #expect(before.contains { $0.contains("8080") } && before.contains { $0.contains("5432") }, "\(before)")
      try f.shell(removal).succeeded()
      #expect(try Self.elements(f) != before)
      try f.apus("run", "--rm", "--network=open", "busybox", "true").succeeded()
      #expect(try Self.elements(f) == before)

      try f.shell(removal).succeeded()
      try f.apus("network", "connect", "open", "two").succeeded()
      try f.apus("network", "disconnect", "open", "two").succeeded()
      #expect(try Self.elements(f) == before)
      // Nor does it disturb whoever goes.
      try f.shell(removal).succeeded()
      try f.apus("rm", "-f", "one", "two", "three").succeeded()
      try f.apus("network", "rm", "apart", "inner", "open").succeeded()
      #expect(try !f.shell("nft list ruleset").out.contains("elements"))
      try f.expectNothingLeft()
    }
  }

  @Test func afterARebootNetworksComeBackWithTheFirstContainer() async throws {
    try await Fixture.withNetworks { f, _ in
      try f.apus("network", "create", "--subnet=10.84.0.0/29", "app").succeeded()
      let ids = try ["one", "two", "three"].map { try f.sleeper("--network=app", "--name=\($0)") }
      // The machine goes down: everybody is killed, what is in memory is gone, and so is the network.
      for process in try f.processes() where process.command.contains("apus-shim") {
        try sendSignal(Signal.kill, toPID: process.pid)
      }
      try eventually("everybody has ended") {
        let processes = try f.processes()
        for process in processes {
          // One that was listed may have ended by itself.
          do throws(SystemError) { try sendSignal(Signal.kill, toPID: process.pid) } catch {
            guard error.code == ErrorCode.noProcess else { throw error }
          }
        }
        return processes.isEmpty
      }
      for mount in try f.mounts().reversed() { try unmountLazily(mount) }
      for id in ids {
        try f.shell("find /sys/fs/cgroup -depth -type d -path '*/apus-\(id)*' -exec rmdir {} +").succeeded()
      }
      try removeTree(f.runRoot)
      f.network = try TestNetwork()
      #expect(try !f.shell("ip -br link; nft list ruleset").out.contains("apus"))

      // A new one does not take what another had while there is more, nor is an address lost for ever.
      _ = try f.sleeper("--network=app", "--name=four")
      #expect(try f.inspect(".NetworkSettings.Networks.app.IPAddress", of: "four") == "10.84.0.5")
      try f.apus("start", "two").succeeded()
      #expect(try f.inspect(".NetworkSettings.Networks.app.IPAddress", of: "two") == "10.84.0.3")
      #expect(try f.apus("exec", "two", "ping", "-c1", "-W2", "four").status == 0)
      #expect(try f.shell("ip -br link").out.contains("apus-"))
      #expect(try Self.rules(f).contains("10.84.0.0/29"))
      _ = try f.sleeper("--network=app", "--name=five")
      _ = try f.sleeper("--network=app", "--name=six")
      try f.apus("network", "inspect", "app").succeeded()
      try f.apus("rm", "-f", "one", "two", "three", "four", "five", "six").succeeded()
      try f.apus("network", "rm", "app").succeeded()
      try f.expectNothingLeft()
    }
  }

  /// Somebody goes on to send to a port that another container has by now.
  @Test(.requires(program: "python3")) func whatTheKernelTracksOfAContainerGoesWithIt() async throws {
    try await Fixture.withNetworks { f, outside in
      try f.apus("network", "create", "--subnet=10.85.0.0/24", "app").succeeded()
      func publish(_ id: String, _ address: String, _ file: String) throws {
        let request = """
          {"state":"\(f.runRoot)/networks","container":"\(id)","ports":[{"protocol":"udp","host":"0.0.0.0",
          "hostPort":5353,"container":"\(address)","containerPort":53}]}
          """
        try f.write(request, to: file)
        try f.shell("\(Host.programs)/apus-network publish <\(file)").succeeded()
      }
      try f.write(
        """
        import socket, sys
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.bind(("0.0.0.0", 53))
        while True:
            word = s.recv(100)
            with open(sys.argv[1], "ab") as file: file.write(word)
        """, to: "catch.py")
      // From the same port each time: one flow to whoever tracks it.
      try f.write(
        """
        import socket, sys
        s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        s.bind(("0.0.0.0", 4000))
        s.sendto(sys.argv[1].encode(), ("10.9.0.1", 5353))
        """, to: "send.py")
      var catchers: [RunningProgram] = []
      func serve(_ name: String) throws -> String {
        let id = try f.sleeper("--network=app", "--name=\(name)")
        let space = "\(f.runRoot)/networks/ns/\(id)"
        try f.write("", to: "got-\(name)")
        catchers.append(
          try f.start("nsenter", ["--net=\(space)", "python3", f.path("catch.py"), f.path("got-\(name)")]))
        return id
      }
      func send(_ word: String) throws { try f.outside(outside, "python3 send.py \(word)").succeeded() }
      func got(_ name: String) throws -> String { try readText(f.path("got-\(name)")) }
      let one = try serve("one")
      try publish(one, "10.85.0.2", "first")
      try eventually("the first gets it") {
        try send("a")
        return try got("one").contains("a")
      }
      let two = try serve("two")
      try f.apus("rm", "-f", "one").succeeded()
      try publish(two, "10.85.0.3", "second")
      // From the same port to the same port: without a new look it would go to an address that nobody has.
      try eventually("the second gets it") {
        try send("b")
        return try got("two").contains("b")
      }
      for catcher in catchers { try catcher.kill() }
      try f.apus("rm", "-f", "two").succeeded()
      try f.apus("network", "rm", "app").succeeded()
      try f.expectNothingLeft()
    }
  }
}
