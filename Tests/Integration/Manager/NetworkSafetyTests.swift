import JSONDocument
import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

/// Killed at any instant, on networks: the next command finds what is left and takes it away.
@Suite("Safety: networks", .serialized, .requiresRoot)
struct NetworkSafetyTests {
  /// Who is killed while a command is at work.
  private enum Victim: CaseIterable { case manager, hands, shim }

  /// `$N` is a number that no other turn has; the scene for the command is not disturbed.
  private static let commands: [(scene: String, command: String)] = [
    ("true", "apus run --rm --name run$N --network app --network apart busybox true"),
    ("true", "apus run -d --name rund$N --network apart busybox sleep 1000"),
    ("apus run -d --name stop$N --network app busybox sleep 1000 >l", "apus stop -t 0 stop$N"),
    ("apus run -d --name rm$N --network apart --network app busybox sleep 1000 >l", "apus rm -f rm$N"),
    ("apus run -d --name con$N --network app busybox sleep 1000 >l", "apus network connect apart con$N"),
    (
      "apus run -d --name dis$N --network app --network apart busybox sleep 1000 >l",
      "apus network disconnect app dis$N"
    ),
    ("true", "apus network create net$N"),
    (
      "apus network create gone$N >l && apus run --rm --network gone$N busybox true", "apus network rm gone$N"
    ),
    ("apus create --name start$N --network apart busybox sleep 1000 >l", "apus start start$N"),
  ]

  @Test func killedAtAHundredInstantsNothingIsLeftOnTheHost() async throws {
    try await Fixture.withNetworks { f, _ in
      try f.apus("network", "create", "--subnet=10.86.0.0/24", "app").succeeded()
      try f.apus("network", "create", "--subnet=10.87.0.0/24", "-o", "icc=false", "apart").succeeded()
      var random = UInt64(0x9e37_79b9_7f4a_7c15)
      for turn in 0..<117 {
        let killed = Self.commands[turn % Self.commands.count]
        try f.shell(killed.scene.replacing("$N", with: "\(turn)")).succeeded()
        random ^= random << 13
        random ^= random >> 7
        random ^= random << 17
        let words = killed.command.replacing("$N", with: "\(turn)").split(separator: " ").map(String.init)
        let running = try f.start(words[0], Array(words.dropFirst()))
        // Not waiting for anything: the instant is what is tried.
        LinuxSystem.sleep(milliseconds: Int(random % 60))
        switch Victim.allCases[Int(random >> 32) % 3] {
        case .manager: break
        case .hands: try Self.kill(f, "apus-network")
        case .shim: try Self.kill(f, "apus-shim")
        }
        try running.kill()
        if turn % 13 == 12 { try Self.expectUsable(f, "after turn \(turn)") }
      }
      try Self.expectUsable(f, "at the end")
      try f.shell("apus network ls -q -f type=custom | xargs apus network rm").succeeded()
      try f.waitForCleanUp()
      try f.expectNothingLeft()
      for directory in ["containers", "ns", "bridges"] {
        let left = try listDirectory("\(f.runRoot)/networks/\(directory)").filter { !$0.hasPrefix(".") }
        #expect(left == [], "\(directory)")
      }
      try eventually("only the test's own devices are left") {
        let links = try JSON.parse(Array(f.shell("ip -j link").succeeded().out.utf8), file: "ip")
        return (links.array ?? []).compactMap { $0["ifname"]?.string }.sorted() == ["lo", "out0"]
      }
      let rules = try f.shell("nft -j list ruleset").succeeded().out
      #expect(!rules.contains(#""elem""#), "\(rules)")
      #expect(try f.apus("network", "ls", "-q", "-f", "type=custom").lines == [])
    }
  }

  /// The first of the test's processes of this program; one that has just ended is no failure.
  private static func kill(_ f: Fixture, _ program: String) throws {
    guard let process = try f.processes().first(where: { $0.command.contains(program) }) else { return }
    do throws(SystemError) { try sendSignal(Signal.kill, toPID: process.pid) } catch {
      guard error.code == ErrorCode.noProcess else { throw error }
    }
  }

  /// The next commands work, and what is on the host is what the containers that run have; then these go.
  private static func expectUsable(_ f: Fixture, _ when: String) throws {
    let run = try f.apus("run", "--rm", "--network=app", "--network=apart", "busybox", "echo", "works")
    #expect(run.answer == "works", "\(when): \(run)")
    let journal = try listDirectory(f.runRoot + "/networks/containers").filter { !$0.hasPrefix(".") }
    let known = Set(try f.apus("ps", "-aq", "--no-trunc").succeeded().lines)
    try eventually("who is in the journal is known, \(when)") {
      let journal = try listDirectory(f.runRoot + "/networks/containers").filter { !$0.hasPrefix(".") }
      return journal.allSatisfy { known.contains($0) }
    }
    #expect(journal.count <= known.count, "\(when)")
    for name in ["app", "apart"] { try f.apus("network", "inspect", name).succeeded() }
    try f.shell("ids=$(apus ps -aq); [ -z \"$ids\" ] || apus rm -f $ids").succeeded()
    let members = try f.apus("network", "inspect", "-f", "{{len .Containers}}", "app", "apart").succeeded()
    #expect(members.out == "0\n0\n", "\(when): \(members)")
    try eventually("no pair is left, \(when)") { try !f.shell("ip -br link").out.contains("veth") }
    let rules = try f.shell("nft -j list ruleset").succeeded().out
    for bad in ["veth", "10.86.0.2\"", "10.87.0.2\""] { #expect(!rules.contains(bad), "\(when): \(rules)") }
  }
}
