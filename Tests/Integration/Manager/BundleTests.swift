import JSONDocument
import LinuxSystem
import ManagerSupport
import TestSupport
import Testing

@Suite("The bundle on disk runs under any OCI runtime", .serialized, .requiresRoot)
struct BundleTests {
  private static let runtimes = Runtime.allCases.filter { Host.findProgram($0.program) != nil }
  private static let script = """
    echo $(id -u) $A $HOME $PWD $(hostname); grep -E 'Cap(Bnd|Eff)|Seccomp:' /proc/self/status
    ulimit -n; cat /proc/sys/kernel/domainname /proc/sys/net/core/somaxconn; ls /dev/fuse; umask
    touch /host/x 2>&1; touch /read/x 2>&1; grep -c " /memory .*size=1024k" /proc/self/mountinfo; exit 7
    """

  @Test(arguments: runtimes) func theVerySameBundleBehavesTheSame(_ runtime: Runtime) async throws {
    try await Fixture.withBusybox { (f) async throws in
      let id = try f.sleeper(
        "-h", "box", "-e", "A=1", "-u", "user", "-w", "/tmp", "-v", "/tmp:/host:ro", "-v", "vol:/vol",
        "-v", "vol:/read:ro", "--tmpfs", "/memory:size=1m", "-m", "64m",
        "--pids-limit", "50", "--ulimit", "nofile=64:128", "--domainname", "d", "--sysctl",
        "net.core.somaxconn=77",
        "--device", "/dev/fuse", "--umask", "077", "--ipc", "shareable", "--oom-score-adj", "10", "--tz",
        "local")
      let bundle = "\(f.root)/containers/\(id)/bundle"
      let file = "\(bundle)/config.json"
      // While the container runs its root is mounted; beside it another one from the same bundle, which differs in
      // what it runs and in its cgroup.
      var config = ConfigTree(try JSON.parse(try readFile(file), file: file))
      config["process.args"] = ["sh", "-c", .string(Self.script)]
      config["linux.cgroupsPath"] = .string("\(f.cgroupParent)/copy")
      try writeAtomically(file, try JSON.encode(config.value))
      let outcome = try f.client(runtime).call("run", "--bundle", bundle, "copy-\(id.prefix(8))")
      #expect(outcome.status == 7, "\(outcome)")
      #expect(
        outcome.lines == [
          "1000 1 /home /tmp box", "CapEff:\t0000000000000000", "CapBnd:\t00000000a80425fb", "Seccomp:\t2",
          "64", "d", "77", "/dev/fuse", "0077",
          "touch: /host/x: Read-only file system",
          "touch: /read/x: Read-only file system", "1",
        ], "\(outcome)")
    }
  }
}
