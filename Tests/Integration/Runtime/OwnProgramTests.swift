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
}
