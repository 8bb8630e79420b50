import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("Seeds, A.5: ps, logs, attach, inspect, nsenter", .serialized, .requiresRoot)
struct ListRows {
  private static let loop = #"/bin/sh -c "while true; do echo hello world; sleep 1; done""#

  @Test func row69_70_71_72_psShowsWhatRunsAndWhatRan() async throws {
    try await Seeds.with { (s) async throws in
      try s.line("docker run --name first ubuntu:14.04 true").succeeded()
      let id = try s.line("docker run -d --name insane_babbage ubuntu:14.04 \(Self.loop)").succeeded().answer
      let table = try s.line("sudo docker ps").succeeded().lines
      #expect(table.count == 2)
      let columns = ["CONTAINER ID", "IMAGE", "COMMAND", "CREATED", "STATUS", "PORTS", "NAMES"]
      #expect(
        table[0].hasPrefix("CONTAINER ID   IMAGE") && columns.allSatisfy { table[0].contains($0) }, "\(table)"
      )
      #expect(table[1].hasPrefix(id.prefix(12) + "   ubuntu:14.04"), "\(table)")
      #expect(table[1].contains("\"/bin/sh -c 'while t…\""), "\(table)")
      #expect(table[1].contains("Up ") && table[1].hasSuffix("insane_babbage"), "\(table)")
      let all = try s.line("sudo docker ps -a").succeeded().lines
      #expect(all.count == 3)
      #expect(all[2].contains("Exited (0) ") && all[2].contains(" ago"), "\(all)")
      let ids = try s.line("sudo docker ps -a -q").succeeded().lines
      #expect(ids.count == 2 && ids[0] == id.prefix(12), "\(ids)")
      #expect(try s.line("docker ps -l").lines[1].hasSuffix("insane_babbage"))
    }
  }

  @Test func row73_psTakesNames() async throws {
    try await Seeds.with { (s) async throws in
      try s.line(
        "docker run --name nostalgic_morse ubuntu:14.04 true; docker run --name other ubuntu:14.04 true"
      )
      .succeeded()
      try s.line("docker run -d --name up ubuntu:14.04 sleep 1000 >id").succeeded()
      #expect(try s.line("docker ps up").succeeded().lines.count == 2)
      let table = try s.line("docker ps -a nostalgic_morse").succeeded().lines
      #expect(table.count == 2 && table[1].hasSuffix(" nostalgic_morse"), "\(table)")
    }
  }

  @Test func row76_77_logsSoFarAndFollowed() async throws {
    try await Seeds.with { (s) async throws in
      let words = "echo out; echo err >&2; until [ -e /go ]; do sleep 0.05; done; echo last"
      try s.line("docker run -d --name insane_babbage ubuntu:14.04 sh -c '\(words)'").succeeded()
      try eventually("both lines") {
        try s.line("sudo docker logs insane_babbage 2>&1").lines.sorted() == ["err", "out"]
      }
      #expect(try s.line("docker logs insane_babbage").err == "err\n")
      let follow = try s.f.start("apus", ["logs", "-f", "insane_babbage"])
      try follow.waitForOutput("out")
      try s.line("docker exec insane_babbage touch /go").succeeded()
      #expect(try follow.wait().out == "out\nlast\n")
    }
  }

  @Test func row78_79_attachedWindowsSeeTheSame() async throws {
    try await Seeds.with { (s) async throws in
      try s.line("docker run -idt --name nostalgic_hypatia ubuntu:14.04 sh").succeeded()
      let first = try s.terminal("sudo docker attach nostalgic_hypatia")
      let second = try s.terminal("docker attach nostalgic_hypatia")
      try s.f.waitForClients(2, of: "nostalgic_hypatia")
      try first.type("echo mirr''ored\r")
      try first.waitFor("mirrored")
      try second.waitFor("mirrored")
      try second.type("exit\r")
      #expect(try first.wait().status == 0)
      #expect(try second.wait().status == 0)
    }
  }

  @Test func row81_82_inspectByTemplate() async throws {
    try await Seeds.with { (s) async throws in
      let id = try s.line("docker run -d --name web ubuntu:14.04 sleep 1000").succeeded().answer
      #expect(try s.line("sudo docker inspect -f \"{{ .Name }}\" \(id.prefix(12))").out == "/web\n")
      let pid = try s.line("PID=$(docker inspect --format \"{{ .State.Pid }}\" web); echo $PID").answer
      #expect(try readText("/proc/\(pid)/cmdline").hasPrefix("sleep\0"))
    }
  }

  @Test func row87_88_89_nsenterAndExecGoInside() async throws {
    try await Seeds.with { (s) async throws in
      let id = try s.line("docker run -d --name web ubuntu:14.04 sleep 1000").succeeded().answer
      let inside = try s.line(
        """
        docker-pid() { docker inspect --format '{{.State.Pid}}' "$1"; }
        PID=$(docker-pid \(id.prefix(4)))
        nsenter --target $PID --mount --uts --ipc --net --pid /bin/sh -c 'echo $(id -un) $(hostname) $(cat /proc/1/comm)'
        """)
      #expect(inside.answer == "root \(id.prefix(12)) sleep", "\(inside)")
      #expect(try s.line("docker exec web hostname").answer == id.prefix(12))
    }
  }
}
