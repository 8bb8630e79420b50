import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("Seeds, A.4: run and lifecycle", .serialized, .requiresRoot)
struct ContainerRows {
  @Test func row47_runPrintsHelloWorld() async throws {
    try await Seeds.withDebian { (s) async throws in
      let outcome = try s.line("sudo docker run ubuntu:14.04 /bin/echo 'Hello world'")
      #expect(outcome.out == "Hello world\n", "\(outcome)")
      #expect(outcome.status == 0)
      #expect(try s.line("docker run ubuntu:14.04 /bin/bash -c 'exit 7'").status == 7)
    }
  }

  @Test func row48_aShellWithThePromptOfTheShortID() async throws {
    try await Seeds.withDebian { (s) async throws in
      let session = try s.terminal("sudo docker run -t -i ubuntu:14.04 /bin/bash")
      try session.waitFor(":/# ")
      try session.type("echo \"$(id -u) $PWD $(hostname)\"\r")
      let id = try s.line("docker ps -q").answer
      try session.waitFor("0 / \(id)")
      try session.waitFor("root@\(id):/# ")
      try session.type("exit\r")
      #expect(try session.wait().status == 0)
    }
  }

  @Test func row49_argumentsReplaceTheCommand() async throws {
    try await Seeds.with { (s) async throws in
      #expect(try s.line("docker run ubuntu:14.04 /bin/sh -c 'echo $0' replaced").answer == "replaced")
    }
  }

  @Test(arguments: ["exit\r", "\u{4}"])
  func row50_theEndOfTheShellIsTheContainers(keys: String) async throws {
    try await Seeds.with { (s) async throws in
      let session = try s.terminal("docker run -ti --name web ubuntu:14.04 /bin/sh")
      try session.waitFor("# ")
      try session.type(keys)
      #expect(try session.wait().status == 0)
      #expect(try s.line("docker inspect -f '{{.State.Running}}' web").answer == "false")
    }
  }

  @Test func row51_aDetachedOnePrintsItsWholeID() async throws {
    try await Seeds.with { (s) async throws in
      let outcome = try s.line(
        #"sudo docker run -d ubuntu:14.04 /bin/sh -c "while true; do echo hello world; sleep 1; done""#)
      #expect(outcome.answer.utf8.count == 64 && outcome.answer.allSatisfy(\.isHexDigit), "\(outcome)")
      #expect(outcome.lines.count == 1)
    }
  }

  @Test func row52_bundledFlagsKeepAShellAlive() async throws {
    try await Seeds.withDebian { (s) async throws in
      let id = try s.line("sudo docker run -idt ubuntu:14.04 bash").succeeded().answer
      #expect(try s.line("docker inspect -f '{{.State.Running}}' \(id)").answer == "true")
    }
  }

  @Test func row53_rmDeletesAfterTheEnd() async throws {
    try await Seeds.with { (s) async throws in
      let session = try s.terminal("docker run --rm -it ubuntu:14.04 /bin/sh")
      try session.waitFor("# ")
      try session.type("exit\r")
      _ = try session.wait()
      try s.f.expectNothingLeft()
    }
  }

  @Test func row54_rmMayBeDetached() async throws {
    try await Seeds.with { (s) async throws in
      try s.line("docker run --rm -d ubuntu:14.04 true").succeeded()
      try eventually("it is gone") { try s.line("docker ps -aq").lines.isEmpty }
      try s.f.waitForCleanUp()
    }
  }

  @Test func row56_57_aNameIsAnIDAndOnlyOnesOwn() async throws {
    try await Seeds.with { (s) async throws in
      let id = try s.line("docker run -d --name web ubuntu:14.04 sleep 1000").succeeded().answer
      #expect(try s.line("docker inspect -f '{{.Id}}' web").answer == id)
      let second = try s.line("docker run -d ubuntu:14.04 --name web sleep 1000")
      #expect(second.status == 127, "after the image it is the command: \(second)")
      let again = try s.line("docker run --name web ubuntu:14.04 true")
      #expect(again.status == 125)
      #expect(
        again.complaint.contains(
          "Conflict. The container name \"/web\" is already in use by container \"\(id)\"."),
        "\(again)")
      try s.line("docker rm -f web").succeeded()
      try s.line("docker run --rm --name web ubuntu:14.04 true").succeeded()
      try s.line("docker run --rm --name web ubuntu:14.04 true").succeeded()
    }
  }

  @Test func row58_aNameIsMadeUp() async throws {
    try await Seeds.with { (s) async throws in
      try s.line("docker run ubuntu:14.04 true").succeeded()
      let name = try s.line("docker inspect -f '{{.Name}}' $(docker ps -lq)").answer
      let words = name.dropFirst().split(separator: "_")
      #expect(name.hasPrefix("/") && words.count == 2, "\(name)")
    }
  }

  @Test func row59_60_environmentInThreeSpellings() async throws {
    try await Seeds.with { (s) async throws in
      try s.f.write("C=3\n# no\nD\n", to: "env", mode: 0o644)
      let outcome = try s.line(
        """
        D=4 docker run \\
          -e A=1 \\
          --env B=2 --env-file env \\
          ubuntu:14.04 sh -c 'echo $A $B $C $D'
        """)
      #expect(outcome.answer == "1 2 3 4", "\(outcome)")
    }
  }

  @Test func row61_62_63_stopStartAndRestart() async throws {
    try await Seeds.with { (s) async throws in
      let loop = "trap 'exit 0' TERM; while :; do sleep 0.05; done"
      try s.line("docker run -d --name db ubuntu:14.04 sh -c \"\(loop)\"").succeeded()
      #expect(try s.line("sudo docker stop db").succeeded().out == "db\n")
      #expect(
        try s.line("docker inspect -f '{{.State.Running}} {{.State.ExitCode}}' db").answer.hasPrefix("false"))
      #expect(try s.line("docker start db").succeeded().out == "db\n")
      #expect(try s.line("docker restart -t 5 db").succeeded().out == "db\n")
      #expect(try s.line("docker inspect -f '{{.State.Running}}' db").answer == "true")
    }
  }

  @Test func row64_65_66_rmSaysTheGivenNameAndForces() async throws {
    try await Seeds.with { (s) async throws in
      try s.line("docker run --name trusting_newton ubuntu:14.04 true").succeeded()
      #expect(try s.line("sudo docker rm  trusting_newton").succeeded().out == "trusting_newton\n")
      try s.line("docker run -d --name web ubuntu:14.04 sleep 1000").succeeded()
      let refused = try s.line("docker rm web")
      #expect(
        refused.status == 1
          && refused.complaint.contains("stop the container before removing or force remove"))
      for name in ["one", "two"] { try s.line("docker run --name \(name) ubuntu:14.04 true").succeeded() }
      let all = try s.line("sudo docker rm $(docker ps -a -q)")
      #expect(all.status == 1)
      #expect(all.lines.count == 2, "\(all)")
      #expect(all.err.contains("running"), "\(all)")
      #expect(try s.line("docker rm -f web").succeeded().out == "web\n")
      try s.f.expectNothingLeft()
    }
  }
}
