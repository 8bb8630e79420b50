import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("apus attach, start -a, run -a", .serialized, .requiresRoot)
struct AttachCommandTests {
  @Test func streamsAreSeparateAndTheStatusIsTheContainers() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let script = "read x; echo out $x; echo err >&2; exit 7"
      _ = try f.detached(["-i", "--name", "web"], "sh", "-c", script)
      let outcome = try f.apus("attach", "web", stdin: "in\n")
      #expect(outcome.out == "out in\n", "\(outcome)")
      #expect(outcome.err == "err\n", "\(outcome)")
      #expect(outcome.status == 7, "\(outcome)")
    }
  }

  @Test func whatDoesNotRunIsRefused() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("attach", "nosuch").expectFailure(1, "No such container: nosuch")
      _ = try f.sleeper("--name", "web")
      try f.apus("attach", "web", "other").expectFailure(125, "\"apus attach\" requires 1 argument")
      try f.apus("attach", "--detach-keys", "shift-a", "web")
        .expectFailure(125, "invalid detach keys (shift-a)")
      try f.apus("stop", "web").succeeded()
      try f.apus("attach", "web")
        .expectFailure(1, "You cannot attach to a stopped container, start it first")
    }
  }

  @Test func inputEndsWhenTheLastClientThatHasSomeEndsIt() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("create", "-i", "--name", "web", "busybox", "sh", "-c", "cat; echo end; exit 3").succeeded()
      try f.apus("start", "web").succeeded()
      let first = try f.start("apus", ["attach", "web"], stdin: .open)
      let silent = try f.start("apus", ["attach", "--no-stdin", "web"], stdin: .open)
      first.type("first\n")
      try first.waitForOutput("first\n")
      let killed = try f.start("apus", ["attach", "web"], stdin: .open)
      killed.type("killed\n")
      try killed.waitForOutput("killed\n")
      try killed.kill()
      // Its end is not the container's: `first` has not ended its own.
      let second = try f.start("apus", ["attach", "web"], stdin: "second\n")
      try second.waitForOutput("second\n")
      first.type("more\n")
      try first.waitForOutput("more\n")
      first.endInput()
      let outcome = try first.wait()
      #expect(outcome.out == "first\nkilled\nsecond\nmore\nend\n", "\(outcome)")
      #expect(outcome.status == 3)
      for client in [silent, second] {
        let other = try client.wait()
        #expect(other.out.hasSuffix("more\nend\n"), "\(other)")
        #expect(other.status == 3)
      }
    }
  }

  /// docker's StdinOnce: who runs a server in the background may send it a line and go.
  @Test func theInputOfWhatWasMadeInTheBackgroundOutlivesItsClients() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.detached(["-i", "--name", "web"], "cat")
      #expect(try f.inspect(".Config.StdinOnce", of: "web") == "false")
      let first = try f.start("apus", ["attach", "web"], stdin: "first\n")
      try first.waitForOutput("first\n")
      try first.kill()
      let second = try f.start("apus", ["attach", "web"], stdin: "second\n")
      try second.waitForOutput("second\n")
      try f.apus("stop", "-t", "0", "web").succeeded()
      #expect(try second.wait().status == 137)
      // Another run of the same container is not another container.
      let third = try f.start("apus", ["start", "-ai", "web"], stdin: "third\n")
      try third.waitForOutput("third\n")
      #expect(try f.apus("logs", "web").out == "first\nsecond\nthird\n")
      try f.apus("rm", "-f", "web").succeeded()
      #expect(try third.wait().status == 137)
    }
  }

  @Test func signalsGoToTheContainer() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let script = "trap 'echo got INT; exit 9' INT; while :; do echo ready; sleep 0.05; done"
      _ = try f.detached(["--name", "web"], "sh", "-c", script)
      let client = try f.start("apus", ["attach", "web"])
      try client.waitForOutput("ready")
      try client.signal(Signal.interrupt)
      let outcome = try client.wait()
      #expect(outcome.out.hasSuffix("got INT\n"), "\(outcome)")
      #expect(outcome.status == 9, "\(outcome)")
    }
  }

  @Test(arguments: ["run", "attach", "start"])
  func withoutSignalProxySignalsEndTheClientAlone(_ verb: String) async throws {
    try await Fixture.withBusybox { (f) async throws in
      let command = ["sh", "-c", "trap 'exit 0' TERM; while :; do echo ready; sleep 0.05; done"]
      let client: RunningProgram
      if verb == "run" {
        client = try f.start("apus", ["run", "--name", "web", "--sig-proxy=false", "busybox"] + command)
      } else {
        _ = try f.run(
          "apus", ["run", "-d", "--name", "web", "busybox"] + command,
          files: [try f.path("o"), try f.path("e")])
        if verb == "start" { try f.apus("stop", "web").succeeded() }
        let options = verb == "start" ? ["start", "-a"] : ["attach"]
        client = try f.start("apus", options + ["--sig-proxy=false", "web"])
      }
      try client.waitForOutput("ready")
      try client.signal(Signal.interrupt)
      #expect(try client.wait().status == 128 + Signal.interrupt)
      #expect(try f.inspect(".State.Running", of: "web") == "true")
    }
  }

  /// A signal must not wait behind input that nobody reads.
  @Test func aSignalOvertakesInputThatTheContainerDoesNotTake() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let script = "trap 'exit 9' INT; echo ready; while :; do sleep 0.05; done"
      let running = try f.start(
        "apus", ["run", "-i", "busybox", "sh", "-c", script], stdin: .file("/dev/zero"))
      try running.waitForOutput("ready")
      try running.signal(Signal.interrupt)
      #expect(try running.wait().status == 9)
    }
  }

  @Test func startAttachesAlsoToWhatRunsAlready() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let run = try f.apus("run", "-i", "--name", "web", "busybox", "sh", "-c", "cat; exit 4", stdin: "one")
      #expect(run.status == 4, "\(run)")
      let again = try f.apus("start", "-a", "-i", "web", stdin: "two")
      #expect(again.out == "two", "\(again)")
      #expect(again.status == 4)
      try f.run("apus", ["start", "web"], files: [try f.path("o"), try f.path("e")]).succeeded()
      let running = try f.apus("start", "-ai", "web", stdin: "three")
      #expect(running.out == "three", "\(running)")
      #expect(running.status == 4)
      try f.apus("start", "-a", "nosuch").expectFailure(1, "No such container: nosuch")
      try f.apus("start", "-a", "web", "web").expectFailure(
        125, "you cannot start and attach multiple containers at once")
    }
  }

  @Test func onlyTheStreamsThatAreNamedAreAttached() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let both = ["busybox", "sh", "-c", "echo out; echo err >&2; exit 5"]
      let output = try f.run("apus", ["run", "-a", "stdout"] + both)
      #expect((output.out, output.err, output.status) == ("out\n", "", 5), "\(output)")
      let error = try f.run("apus", ["run", "--attach", "STDERR"] + both)
      #expect((error.out, error.err, error.status) == ("", "err\n", 5), "\(error)")
      let input = try f.apus(
        "run", "-i", "--name", "in", "-a", "stdin", "busybox", "sh", "-c", "cat > /in; exec sleep 1000",
        stdin: "x")
      #expect(input.status == 0, "\(input)")
      #expect(input.answer == (try f.inspect(".Id", of: "in")))
      try eventually("it has the input") { try f.apus("exec", "in", "cat", "/in").out == "x" }
      let withInput = try f.apus("run", "-i", "-a", "stdin", "-a", "stdout", "busybox", "cat", stdin: "y")
      #expect(withInput.out == "y", "\(withInput)")
      // Without -i there is no input, as docker has it, and a word about it.
      let closed = try f.apus(
        "run", "-a", "stdin", "-a", "stdout", "busybox", "sh", "-c", "cat; echo end", stdin: "z")
      #expect((closed.out, closed.status) == ("end\n", 0), "\(closed)")
      #expect(closed.err.contains("warning: --attach stdin: the container's stdin is closed"), "\(closed)")
      let alone = try f.apus("run", "--name", "alone", "-a", "stdin", "busybox", "sleep", "1000", stdin: "z")
      #expect(alone.answer == (try f.inspect(".Id", of: "alone")), "\(alone)")
    }
  }

  @Test func streamsThatCannotBeAreRefused() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("run", "-d", "-a", "stdout", "busybox", "true")
        .expectFailure(125, "conflicting options: cannot specify both --attach and --detach")
      try f.apus("run", "-a", "both", "busybox", "true").expectFailure(
        125, "invalid argument \"both\" for \"-a, --attach\" flag: valid streams are STDIN, STDOUT and STDERR"
      )
      try f.apus("run", "--detach-keys", "x,", "busybox", "true").expectFailure(
        125, "invalid detach keys (x,)")
      #expect(try f.apus("ps", "-aq").lines == [])
    }
  }

  @Test func twentyClientsSeeTheSame() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.detached(["-i", "--name", "web"], "sh", "-c", "read x; seq 1 20000; echo end >&2; exit 6")
      let script = """
        for i in $(seq 20); do
          { apus attach --no-stdin web > out$i 2> err$i; echo $? > status$i; } &
        done
        # All have their connections when the shim holds so many sockets more than the one that it listens on.
        shim=$(cat $APUS_RUN_ROOT/shims/*/shim.pid)
        until [ $(ls -l /proc/$shim/fd | grep -c socket:) -ge 21 ]; do sleep 0.02; done
        echo | apus attach web > /dev/null 2>&1
        wait
        """
      try f.shell(script).succeeded()
      let numbers = (1...20000).map { "\($0)\n" }.joined()
      for number in 1...20 {
        #expect(try readFile(f.directory + "/out\(number)") == Array(numbers.utf8))
        #expect(try readText(f.directory + "/err\(number)") == "end")
        #expect(try readText(f.directory + "/status\(number)") == "6")
      }
    }
  }

  @Test func aWindowThatIsBlockedHoldsNobodyUpAndIsToldWhyItWasLeft() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let wait = "until [ -e /go ]; do sleep 0.02; done; rm /go"
      _ = try f.detached(
        ["--name", "web"], "sh", "-c", "\(wait); head -c 8388608 /dev/zero; \(wait); exit 4")
      let blocked = try f.start("apus", ["attach", "web"])
      let fast = try f.start("apus", ["attach", "web"], files: [try f.path("o"), try f.path("e")])
      try f.waitForClients(2, of: "web")
      try blocked.signal(Signal.stop)
      try f.apus("exec", "web", "touch", "/go").succeeded()
      try eventually("the fast one has it all", within: .seconds(20)) {
        try fileStatus(f.directory + "/o").sizeBytes == 8_388_608
      }
      try blocked.signal(Signal.continue)
      let outcome = try blocked.wait()
      #expect(outcome.status == 125, "\(outcome.err)")
      #expect(
        outcome.complaint.hasPrefix("apus: container \"web\": no output was taken for 2 seconds"),
        "\(outcome.err)")
      #expect(outcome.stdout.count < 2 << 20)
      try f.apus("exec", "web", "touch", "/go").succeeded()
      #expect(try fast.wait().status == 4)
    }
  }
}
