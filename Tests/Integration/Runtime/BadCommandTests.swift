import LinuxSystem
import TestSupport
import Testing

/// What is said when the program of a container cannot be executed: callers turn these words into 126 and 127.
@Suite(.requiresRoot) struct BadCommandTests {
  private func refusal(
    _ args: [String], _ runtime: Runtime, _ prepare: (TestBundle) throws -> Void = { _ in }
  ) async throws -> Outcome {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(args)
      try prepare(bundle)
      let outcome = try client.run(bundle)
      #expect(outcome.status == 1, "\(outcome)")
      #expect(outcome.out == "")
      #expect(try listDirectory(client.stateRoot) == [], "a failed run leaves no container")
      return outcome
    }
  }

  @Test(arguments: Runtime.available)
  func aNameThatIsNotOnThePath(runtime: Runtime) async throws {
    let outcome = try await refusal(["nosuch"], runtime)
    #expect(outcome.err.contains("executable file not found in $PATH"), "\(outcome)")
    #expect(outcome.err.contains("nosuch"))
  }

  @Test(arguments: Runtime.available)
  func aPathThatIsNotThere(runtime: Runtime) async throws {
    let outcome = try await refusal(["/nosuch"], runtime)
    #expect(outcome.err.contains("no such file or directory"), "\(outcome)")
    #expect(outcome.err.contains("/nosuch"))
  }

  @Test(arguments: Runtime.available)
  func aDirectory(runtime: Runtime) async throws {
    let outcome = try await refusal(["/etc"], runtime)
    let words = ["is a directory", "permission denied", "not a regular file"]
    #expect(words.contains { outcome.err.contains($0) }, "\(outcome)")
  }

  @Test(arguments: Runtime.available)
  func aFileWithoutTheExecuteBit(runtime: Runtime) async throws {
    let outcome = try await refusal(["/etc/passwd"], runtime)
    #expect(outcome.err.contains("permission denied"), "\(outcome)")
  }

  @Test(arguments: Runtime.available)
  func aFileThatIsNoProgram(runtime: Runtime) async throws {
    let outcome = try await Fixture.with { f in
      let bundle = try f.bundle(["/bin/text"])
      try bundle.add("neither a program nor a script\n", at: "/bin/text", mode: 0o755)
      return try f.client(runtime).run(bundle)
    }
    #expect(outcome.status != 0)
    #expect(outcome.err.contains("exec format error"), "\(outcome)")
  }

  @Test(arguments: Runtime.available)
  func aScriptWithoutItsInterpreter(runtime: Runtime) async throws {
    let outcome = try await Fixture.with { f in
      let bundle = try f.bundle(["/bin/script"])
      try bundle.add("#!/nosuch\n", at: "/bin/script", mode: 0o755)
      return try f.client(runtime).run(bundle)
    }
    #expect(outcome.status != 0)
    #expect(outcome.err.contains("no such file or directory"), "\(outcome)")
  }
}
