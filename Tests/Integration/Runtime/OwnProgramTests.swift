import JSONDocument
import LinuxSystem
import TestSupport
import Testing

/// The host's runtime is out of reach of the container that it enters (CVE-2019-5736).
@Suite(.requiresRoot) struct OwnProgramTests {
  /// Holds the file of the process that runs the runtime's program, lets that process end, and writes then: while a
  /// runtime runs the kernel refuses with "Text file busy" anyway.
  private let attack = """
    while [ -z "$pid" ]; do
      for p in /proc/[0-9]*; do
        case "$(tr '\\0' ' ' <"$p/cmdline")" in "/proc/self/exe --log"*) pid=$p ;; esac
      done
    done
    exec 3<"$pid/exe" || exit 2
    cat /dev/blocked >/dev/null
    while [ -d "$pid" ]; do :; done
    head -c 4 <&3 | tail -c 3; echo
    while error=$( (: >>/proc/self/fd/3) 2>&1 ); [ "${error%busy}" != "$error" ]; do :; done
    echo "${error:-opened}"
    """

  @Test(arguments: Runtime.oursOnly)
  func itCannotBeOverwrittenFromInside(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let program = try #require(Host.findProgram(runtime.program))
      let before = try fileStatus(program)
      let client = f.client(runtime)
      let bundle = try f.bundle(["sh", "-c", "mkfifo /dev/blocked; \(attack)"])
      try client.launch(bundle)
      // The host's program is a process of the container now: blocked, until somebody reads its log.
      _ = try client.call("exec", bundle.id, "/proc/self/exe", "--log", "/dev/blocked", "state", "nobody")
      try client.waitUntilStopped(bundle.id)
      let output = try bundle.output()
      #expect(output.hasPrefix("ELF\n"), "\(output)")
      #expect(output.contains("Read-only file system"), "\(output)")
      let after = try fileStatus(program)
      #expect(after.inode == before.inode && after.modifiedSeconds == before.modifiedSeconds)
    }
  }

  /// What a waiting init, which is still the runtime, has of the command line and the environment that came.
  private func created(
    _ f: Fixture, _ client: RuntimeClient, by launcher: [String]
  ) throws -> (words: [String], arrived: [String], environment: [String], program: String, writable: [String])
  {
    let bundle = try f.bundle(["true"])
    let program = try #require(Host.findProgram(client.runtime.program))
    let words = ["--root", client.stateRoot, "create", "--bundle", bundle.path, bundle.id]
    try f.run(
      launcher[0], launcher.dropFirst() + [program] + words,
      environment: ["EMPTY": "", "SWIFT_BACKTRACE": "color=no", "TWO_WORDS": "a b=c"],
      files: [bundle.stdoutFile, bundle.stderrFile]
    ).succeeded()
    let pid = try #require(try client.state(bundle.id)["pid"]?.integer(as: Int32.self))
    func strings(_ name: String) throws -> [String] {
      try readText("/proc/\(pid)/\(name)").split(separator: "\0", omittingEmptySubsequences: false).dropLast()
        .map(String.init)
    }
    let mapped = try listDirectory("/proc/\(pid)/map_files").map { "/proc/\(pid)/map_files/\($0)" }
    #expect(mapped.count >= 4, "the program's own segments: \(mapped)")
    let found = (
      words, try strings("cmdline"), try strings("environ"), try readLink("/proc/\(pid)/exe"),
      mapped.filter(Environment.isWritable)
    )
    try client.call("delete", "--force", bundle.id).succeeded()
    return found
  }

  /// Neither its file nor a page of it is one of the writable mount's any more, and nothing was executed for that.
  @Test(arguments: Runtime.oursOnly)
  func theProgramMovesToAReadOnlyMountWithItsWordsAndEnvironment(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let seen = try created(
        f, f.client(runtime), by: ["bash", "-c", "exec -a 'another name' \"$@\"", "bash"])
      #expect(seen.program == "/", "a clone of the mount, of which the file is the root")
      #expect(seen.arrived == ["another name"] + seen.words)
      #expect(seen.environment.contains("EMPTY=") && seen.environment.contains("TWO_WORDS=a b=c"))
      #expect(seen.writable == [])
    }
  }

  /// Executed by descriptor, where the kernel knows no other way of exchanging a program's file, or lets nobody.
  @Test(arguments: Runtime.oursOnly)
  func whereTheKernelCannotExchangeTheFileItIsExecutedAgain(runtime: Runtime) async throws {
    try await Fixture.with { f in
      // PR_SET_MM is refused by a filter, as in a container of docker's without CAP_SYS_ADMIN.
      let seen = try created(f, f.client(runtime), by: ["python3", "-c", Self.withoutExchange])
      #expect(seen.program == "/")
      #expect(seen.arrived == [try #require(Host.findProgram(runtime.program))] + seen.words)
      #expect(seen.environment.contains("EMPTY=") && seen.environment.contains("TWO_WORDS=a b=c"))
      #expect(seen.writable == [])
    }
  }

  /// seccomp(2): prctl(2) with the option 35, PR_SET_MM, is EPERM; then the program.
  private static let withoutExchange = """
    import ctypes, os, platform, struct, sys
    number = {"x86_64": 157, "aarch64": 167}[platform.machine()]
    code = [(0x20, 0, 0, 0), (0x15, 0, 3, number), (0x20, 0, 0, 16), (0x15, 0, 1, 35), (0x06, 0, 0, 0x50001),
            (0x06, 0, 0, 0x7fff0000)]
    filter = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in code))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(code), ctypes.addressof(filter)))
    if ctypes.CDLL(None).prctl(22, 2, program, 0, 0) != 0:
        sys.exit("no filter")
    os.execv(sys.argv[1], sys.argv[1:])
    """

  /// Its file has no name, so Swift's runtime would look for its backtrace program below the working directory.
  @Test(arguments: Runtime.oursOnly)
  func aCrashStartsNoProgramWhateverTheEnvironmentSays(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let bundle = try f.bundle(["sleep", "600"])
      let program = try #require(Host.findProgram(runtime.program))
      let supervisor = try f.start(
        program, ["--root", client.stateRoot, "run", "--bundle", bundle.path, bundle.id],
        environment: ["SWIFT_BACKTRACE": "enable=yes"])
      try eventually("the container runs") { try client.call("state", bundle.id).out.contains("\"running\"") }
      let caught = try #require(
        try readText("/proc/\(supervisor.pid)/status").split(separator: "\n").first {
          $0.hasPrefix("SigCgt:")
        })
      let signals = try #require(UInt64(caught.dropFirst("SigCgt:\t".count), radix: 16))
      #expect(signals & (1 << 10 | 1 << 5) == 0, "SEGV and ABRT have no handler: \(caught)")
      try client.call("kill", bundle.id, "KILL").succeeded()
      let outcome = try supervisor.wait()
      #expect(outcome.exit == .exited(128 + 9))
      #expect(outcome.err == "", "Swift's runtime says so when it has looked for its program in vain")
    }
  }

  @Test(arguments: Runtime.oursOnly)
  func onAReadOnlyMountThereIsNoSecondStart(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let script = """
        d=$(dirname "$1"); mount --bind "$d" "$d" && mount -o remount,bind,ro "$d" && cd / && exec "$@"
        """
      let seen = try created(
        f, f.client(runtime), by: ["unshare", "-m", "--propagation", "private", "sh", "-c", script, "sh"])
      #expect(seen.program.hasSuffix("/apus-runtime"))
      #expect(Array(seen.arrived.dropFirst()) == seen.words)
      #expect(seen.environment.contains("SWIFT_BACKTRACE=color=no"))
    }
  }

  /// Root that may not mount: the entry leaves it to the constructor, which finds the other way.
  @Test(arguments: Runtime.oursOnly)
  func withoutTheRightToMountTheCommandStillKnowsWhatToDo(runtime: Runtime) async throws {
    try await Fixture.with { f in
      let client = f.client(runtime)
      let program = try #require(Host.findProgram(runtime.program))
      let outcome = try f.run(
        "setpriv",
        ["--bounding-set", "-sys_admin", program, "--root", client.stateRoot, "exec", "nobody", "true"])
      #expect(outcome.status != 0 && outcome.err.contains("does not exist"), "\(outcome)")
    }
  }
}
