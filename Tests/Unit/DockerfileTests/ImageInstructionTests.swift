import Dockerfile
import OCIImageSpec
import Testing

@Suite("Instructions that change an image's configuration")
struct ImageInstructionTests {
  private func applied(
    _ lines: [String], to start: ImageConfiguration.Execution = .init()
  ) throws -> ImageConfiguration.Execution {
    var execution = start
    try execution.apply(try lines.map { try ImageInstruction($0) })
    return execution
  }

  @Test func commandsAreWordsOrALineForTheShell() throws {
    #expect(try applied([#"CMD ["a", "b c"]"#]).cmd == ["a", "b c"])
    #expect(try applied(["cmd echo $HOME"]).cmd == ["/bin/sh", "-c", "echo $HOME"])
    #expect(try applied([#"CMD ["a", 1]"#]).cmd == ["/bin/sh", "-c", #"["a", 1]"#])
    #expect(try applied(["CMD a"], to: .init(shell: ["/bin/bash", "-c"])).cmd == ["/bin/bash", "-c", "a"])
  }

  @Test func anEntrypointTakesAnOlderCommandAway() throws {
    let start = ImageConfiguration.Execution(cmd: ["old"])
    let alone = try applied([#"ENTRYPOINT ["e"]"#], to: start)
    #expect(alone.entrypoint == ["e"] && alone.cmd == nil)
    #expect(try applied([#"CMD ["new"]"#, #"ENTRYPOINT ["e"]"#], to: start).cmd == ["new"])
  }

  @Test(arguments: [
    ("ENV A=1 B=\"2 3\" C=4\\ 5", ["P=/bin", "A=1", "B=2 3", "C=4 5"]),
    ("ENV A hello  world", ["P=/bin", "A=hello  world"]),
    ("ENV P=$P:/opt", ["P=/bin:/opt"]),
    ("ENV Q=${P}x R=${NONE:-d} S=${P:+set} T='$P'", ["P=/bin", "Q=/binx", "R=d", "S=set", "T=$P"]),
  ])
  func variablesAreSetInOrder(_ line: String, _ expected: [String]) throws {
    #expect(try applied([line], to: .init(env: ["P=/bin"])).env == expected)
  }

  @Test func theOthersSetWhatTheySay() throws {
    let result = try applied([
      "EXPOSE 80 53/udp 8000-8001", "LABEL a=1 \"b c\"=\"d e\"", "USER www:www", "VOLUME /data /logs",
      #"VOLUME ["/with space"]"#, "WORKDIR /srv", "WORKDIR app/../web", "ONBUILD RUN make",
      "STOPSIGNAL SIGQUIT", "HEALTHCHECK --interval=5s --retries=2 CMD curl -f localhost",
    ])
    #expect(
      result.exposedPorts?.keys.sorted() == ["53/udp", "80/tcp", "8000/tcp", "8001/tcp"])
    #expect(result.labels == ["a": "1", "b c": "d e"])
    #expect(result.user == "www:www" && result.workingDir == "/srv/web" && result.stopSignal == "SIGQUIT")
    #expect(result.volumes?.keys.sorted() == ["/data", "/logs", "/with space"])
    #expect(result.onBuild == ["RUN make"])
    #expect(result.healthcheck?.test == ["CMD-SHELL", "curl -f localhost"])
    #expect(result.healthcheck?.interval == 5_000_000_000 && result.healthcheck?.retries == 2)
    #expect(try applied(["HEALTHCHECK NONE"]).healthcheck?.test == ["NONE"])
  }

  @Test(arguments: [
    ("RUN make", "RUN is not a valid change command"), ("NOPE x", "unknown instruction: NOPE"),
    ("ENV", "ENV requires at least one argument"), ("ENV A", "ENV must have two arguments"),
    ("ENV A=1 B", "Syntax error - can't find = in \"B\". Must be of the form: name=value"),
    ("USER a b", "USER requires exactly one argument"),
    ("ONBUILD ONBUILD RUN x", "Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed"),
    ("ONBUILD FROM x", "FROM isn't allowed as an ONBUILD trigger"),
    ("EXPOSE 0", "invalid containerPort: 0: expected PORT[-PORT][/tcp|udp|sctp]"),
    ("EXPOSE 80/icmp", "invalid containerPort: 80/icmp: expected PORT[-PORT][/tcp|udp|sctp]"),
    ("ENV A=\"x", "unexpected end of statement while looking for matching double-quote"),
    ("HEALTHCHECK CMD", "Missing command after HEALTHCHECK CMD"),
    (
      "HEALTHCHECK --interval=5 CMD x",
      "HEALTHCHECK: --interval=5: expected a time of at least 1ms, such as 30s"
    ),
  ])
  func whatCannotBeIsSaidSo(_ line: String, _ words: String) throws {
    let error = #expect(throws: InstructionError.self) { try applied([line]) }
    #expect(error?.description == words)
  }
}
