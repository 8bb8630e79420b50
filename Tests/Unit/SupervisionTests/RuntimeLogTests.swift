import LinuxSystem
import Testing

@testable import Supervision

/// What is taken from a runtime's log and from /proc.
struct RuntimeLogTests {
  @Test(
    arguments: [
      ("", nil),
      (#"{"level":"error","msg":"first","time":"x"}"#, "first"),
      (
        "{\"level\":\"error\",\"msg\":\"first\"}\n{\"level\":\"error\",\"msg\":\"last\"}\n{\"level\":\"warning\",\"msg\":\"w\"}\n",
        "last"
      ),
      ("{\"level\":\"error\",\"msg\":\"logged\"}\nalso said\n", "logged"),
      ("{\"level\":\"info\",\"msg\":\"i\"}\nplain words\n\n", "plain words"),
      (#"{"level":"error","msg":"two\nlines\tand   more"}"#, "two lines and more"),
      (#"{"level":"error","msg":""}"#, nil),
      ("{cut off", "{cut off"),
    ] as [(String, String?)])
  func theLastErrorSpeaks(log: String, message: String?) {
    #expect(RuntimeLog.lastError(in: Array(log.utf8)) == message)
  }

  @Test func aRuntimeWithoutWordsIsStillNamed() {
    #expect(
      RuntimeProgram.Outcome.failed("", .exited(3)).failure("create")
        == "the runtime's create failed with exit code 3 and no message")
    #expect(
      RuntimeProgram.Outcome.failed("", .signaled(9)).failure("start")
        == "the runtime's start was ended by signal KILL")
    #expect(RuntimeProgram.Outcome.failed("", .exited(1)).failure("create", words: "a\nb\n") == "b")
    #expect(RuntimeProgram.Outcome.failed("logged", .exited(1)).failure("create", words: "b") == "logged")
    #expect(RuntimeProgram.Outcome.succeeded.failure("create", words: "a") == nil)
  }

  @Test func eventsAreLookedForWhereTheMemoryControllerIs() {
    let hybrid = "12:pids:/a/b\n9:memory:/a/b\n1:name=systemd:/\n0::/\n"
    #expect(
      "\(MemoryEvents(membership: hybrid))".contains("/sys/fs/cgroup/memory/a/b/memory.oom_control"))
    #expect("\(MemoryEvents(membership: "0::/a:b"))".contains("/sys/fs/cgroup/a:b/memory.events"))
  }

  @Test(arguments: [
    ("oom_kill_disable 0\nunder_oom 0\noom_kill 2", 2),
    ("low 0\nhigh 0\nmax 3\noom 3\noom_kill 1\noom_group_kill 0", 1),
    ("oom_kill_disable 0\nunder_oom 0", 0), ("", 0),
  ])
  func killsAreCounted(text: String, kills: Int) {
    #expect(MemoryEvents.kills(text: text) == kills)
  }
}
