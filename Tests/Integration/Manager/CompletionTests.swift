import LinuxSystem
import ManagerSupport
import Testing
import TestSupport

@Suite("Shell completion and the manual", .serialized, .requiresRoot)
struct CompletionTests {
  /// Sources the script of `program` in a real bash and completes each line as the tab key would.
  private static let harness = """
    PATH="$(dirname "$1"):$PATH"
    source <("$1" completion bash)
    name=$(basename "$1")
    shift
    for COMP_LINE; do
      COMP_LINE="$name $COMP_LINE" COMP_POINT=$((${#COMP_LINE} + ${#name} + 1))
      # As readline takes it apart (COMP_WORDBREAKS).
      COMP_WORDS=() rest=$COMP_LINE
      while [[ $rest =~ ^([[:blank:]]*)([=:]|[^=:[:blank:]]+)(.*)$ ]]; do
        COMP_WORDS+=("${BASH_REMATCH[2]}") rest=${BASH_REMATCH[3]}
      done
      [[ $COMP_LINE == *[[:blank:]] ]] && COMP_WORDS+=("")
      COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      $(complete -p "$name" | sed 's/.*-F \\([^ ]*\\).*/\\1/')
      echo "${COMPREPLY[*]}"
    done
    """

  private func complete(_ f: Fixture, _ program: String, _ lines: String...) throws -> [String] {
    let path = try #require(Host.findProgram(program) ?? (fileExists(program) ? program : nil))
    return try f.run("bash", ["-c", Self.harness, "bash", path] + lines).succeeded()
      .out.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  @Test func bashKnowsCommandsFlagsValuesAndLiveNames() async throws {
    try await Fixture.withBusybox { (f) async throws in
      _ = try f.sleeper("--name", "webserver")
      try f.apus("run", "--name", "weekly", "busybox", "true").succeeded()
      try f.apus("import", Host.testRoot + "/busybox.tar", "localhost:5000/web:v1").succeeded()
      let answers = try complete(
        f, "apus", "res", "run --rest", "run --restart=un", "run --restart un", "stop we", "start we",
        "rm we",
        "run bus", "run localhost:50", "inspect w", "container l", "completion ", "kill -s SIGK",
        "run busybox ")
      #expect(
        answers == [
          "restart", "--restart", "unless-stopped", "unless-stopped", "webserver", "weekly",
          "weekly webserver",
          "busybox:latest", "5000/web:v1", "weekly webserver", "logs ls", "bash fish zsh", "SIGKILL", "",
        ], "\(answers)")
      try f.apus("volume", "create", "volatile").succeeded()
      let paused = try f.sleeper("--name", "waits")
      try f.apus("pause", paused).succeeded()
      let more = try complete(
        f, "apus", "volume rm vol", "volume export vol", "volume import vol", "inspect vol", "save bus",
        "rmi bus", "tag bus", "history bus", "image rm bus", "create bus", "import x bus", "unpause w",
        "pause w", "exec w", "stop w", "container inspect w", "ps w", "inspect --type vol", "volume rename v")
      #expect(
        more == [
          "volatile", "volatile", "volatile", "volatile", "busybox:latest", "busybox:latest",
          "busybox:latest", "busybox:latest", "busybox:latest", "busybox:latest", "busybox:latest", "waits",
          "webserver", "webserver", "waits webserver", "waits weekly webserver", "waits weekly webserver",
          "volume", "volatile",
        ], "\(more)")
      // Under another name, and bound to one by `_docker` as older recipes have it.
      let other = f.directory + "/docker"
      try f.run("ln", ["-s", try #require(Host.findProgram("apus")), other]).succeeded()
      #expect(try complete(f, other, "stop web") == ["webserver"])
      let bound = try f.run(
        "bash",
        ["-c", "source <(apus completion bash); complete -F _docker docker.io; complete -p docker.io"])
      #expect(bound.answer == "complete -F _docker docker.io", "\(bound)")
    }
  }

  @Test func whereNothingIsItSaysNothingAndMakesNothing() async throws {
    try await Fixture.with { f in
      #expect(try f.apus("__complete", "--", "rm", "").out == ":4\n")
      #expect(try f.apus("__complete", "--", "--root", f.directory + "/x", "run", "").out == ":4\n")
      #expect(try f.apus("__complete", "--", "run", "--env-file", "").out == ":0\n")
      #expect(!fileExists(f.root))
      try f.apus("completion", "csh").expectFailure(125, "no completion for \"csh\"")
    }
  }

  @Test func zshAndFishTakeTheirScripts() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.apus("run", "--name", "weekly", "busybox", "true").succeeded()
      for shell in ["zsh", "fish"] {
        guard Host.findProgram(shell) != nil else { continue }
        let script = try f.write(try f.apus("completion", shell).succeeded().out, to: "script.\(shell)")
        try f.run(shell, ["-n", script]).succeeded()
      }
      if Host.findProgram("fish") != nil {
        let line = "source script.fish; complete -C 'apus rm we'; complete -C 'apus run --restart=un'"
        let outcome = try f.run("fish", ["-c", line])
        #expect(outcome.lines == ["weekly\tbusybox", "--restart=unless-stopped"], "\(outcome)")
      }
    }
  }

  @Test func theManualIsReadable() async throws {
    try await Fixture.with { f in
      try f.apus("man", f.directory + "/man1").succeeded()
      let pages = try listDirectory(f.directory + "/man1")
      for page in ["apus.1", "apus-run.1", "apus-container-ls.1", "apus-image-rm.1"] {
        #expect(pages.contains(page))
      }
      #expect(!pages.contains { $0.contains("__") || $0.contains("cleanup") })
      let run = try readText(f.directory + "/man1/apus-run.1")
      #expect(run.contains("\\fB\\-d\\fR, \\fB\\-\\-detach\\fR\n"), "\(run.prefix(400))")
      guard Host.findProgram("groff") != nil else { return }
      let text = try f.run("groff", ["-man", "-Tutf8", "-ww", f.directory + "/man1/apus-run.1"])
      #expect(text.status == 0 && text.err == "", "\(text)")
    }
  }
}
