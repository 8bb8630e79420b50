import LinuxSystem
import Testing

@testable import ContainerInit
@testable import LinuxSecurity

/// What a failed step becomes: podman and dockerd turn these words into 126 and 127 (spec/runtime-cli.md).
@Suite struct SentenceTests {
  private static let bind = MountAction(source: .bind(path: "/srv", recursive: true), destination: "/data")
  private static let proc = MountAction(
    source: .fileSystem(type: "proc", source: "proc", flags: [], data: nil), destination: "/proc")
  private static let node = DeviceNode(
    path: "/dev/null", kind: .characterDevice, major: 1, minor: 3, mode: 0o666)

  static let sentences: [(InitStep, String)] = [
    (.closeInherited(from: 3), "close inherited descriptors"),
    (.joinNamespace(.network, path: "/run/netns/a"), "join network namespace \"/run/netns/a\""),
    (.joinContainer([.newMount]), "join the container's namespaces"), (.preventTracing, "prevent tracing"),
    (.startSession, "start a session"), (.joinKeyring("_ses.web"), "join session keyring \"_ses.web\""),
    (.bringLoopbackUp, "bring up the loopback interface"),
    (.resetCPUAffinity, "reset CPU affinity"), (.enterNewNetwork, "enter the new network namespace"),
    (.awaitNetwork, "wait until lo is up"),
    (.awaitSupervisor, "wait for the supervisor"),
    (.joinCgroups(["/cg/cpu/web/tasks", "/cg/pids/web/tasks"]), "join 2 cgroup hierarchies"),
    (.newCgroupNamespace, "make a cgroup namespace"), (.setHostname("web"), "set hostname \"web\""),
    (.setDomainName("lan"), "set domainname \"lan\""),
    (.writeSysctl(name: "net.ipv4.ip_forward", value: "1"), "set sysctl \"net.ipv4.ip_forward\" to \"1\""),
    (.setFileModeMask(0o022), "set umask 22"),
    (.setTreePropagation([.slave, .recursive]), "set propagation of the mount tree"),
    (.makeParentMountPrivate(ofRoot: "/b/rootfs"), "make the mount that holds rootfs \"/b/rootfs\" private"),
    (.bindRoot("/b/rootfs", isPrivate: true), "bind rootfs \"/b/rootfs\""),
    (.mount(bind), "bind \"/srv\" to \"/data\""),
    (.mount(proc), "mount proc \"proc\" on \"/proc\""),
    (
      .mountCgroups(CgroupMounts(destination: "/sys/fs/cgroup", flags: [], hierarchies: [], links: [:])),
      "mount cgroups on \"/sys/fs/cgroup\""
    ),
    (.makeDevice(node), "make device \"/dev/null\""),
    (.linkDevice(name: "fd", target: "/proc/self/fd"), "link \"/dev/fd\" to \"/proc/self/fd\""),
    (.makeDirectory("/w"), "make directory \"/w\""),
    (.openTerminal(TerminalSetup(size: nil, userID: 0, isConsole: true)), "open the container's terminal"),
    (.makeReadOnly("/"), "make \"/\" read-only"),
    (.restrictToReading("/proc/sys"), "make path \"/proc/sys\" read-only"),
    (.mask("/proc/kcore"), "mask path \"/proc/kcore\""), (.pivotRoot, "pivot root"),
    (.changeRoot, "change root"), (.hideKernelFileSystems, "hide the host's procfs and sysfs"),
    (.setRootPropagation(.shared), "set rootfs propagation"),
    (
      .setResourceLimit(ResourceLimit(.openFiles, soft: 10, hard: 20)), "set rlimit RLIMIT_NOFILE to 10:20"
    ),
    (.setNoNewPrivileges, "set no_new_privs"),
    (.installSeccomp(SeccompFilter(program: [], flags: [])), "install the seccomp filter"),
    (.dropBoundingSet(keeping: []), "drop capabilities from the bounding set"),
    (.keepCapabilities(true), "keep capabilities over the change of user"),
    (.ownStandardDescriptors(userID: 7), "give stdio to user 7"),
    (.setGroups(groupID: 5, additional: [6]), "set group 5 and 1 additional groups"),
    (.setUser(7), "set user 7"),
    (.setCapabilities(CapabilitySets()), "set capabilities"),
    (.changeDirectory("/w"), "chdir to cwd (\"/w\") set in config.json"),
    (.changeDirectoryAsUser("/w"), "chdir to cwd (\"/w\") set in config.json"),
    (.findHome(userID: 7), "find the home of user 7"),
    (.findProgram(name: "sh", searchPath: "/bin"), "exec: \"sh\""), (.resetSignals, "reset signals"),
    (.closeDescriptors(from: 3), "close descriptors"), (.reportReady, "report readiness"),
    (.endOnRequest, "let HUP, INT and TERM end it"),
    (.awaitStart, "wait for start"), (.execute(arguments: ["sh", "-c"], environment: []), "exec sh"),
  ]

  @Test(arguments: sentences.indices) func everyStepHasASentence(_ index: Int) {
    let (step, sentence) = SentenceTests.sentences[index]
    #expect(step.description == sentence)
  }

  @Test func aPlanIsNumberedLines() {
    let plan = InitPlan(cloneFlags: [], steps: [.preventTracing, .reportReady])
    #expect(plan.text == "1. prevent tracing\n2. report readiness\n")
  }

  @Test(arguments: [
    ("sh", ErrorCode.noEntry, "exec: \"sh\": executable file not found in $PATH"),
    ("/bin/x", ErrorCode.noEntry, "exec: \"/bin/x\": stat /bin/x: no such file or directory"),
    ("/bin/x", ErrorCode.access, "exec: \"/bin/x\": permission denied"),
    ("/etc", ErrorCode.isDirectory, "exec: \"/etc\": is a directory: permission denied"),
    ("/etc/hosts/x", ErrorCode.notDirectory, "exec: \"/etc/hosts/x\": not a directory"),
  ])
  func programsThatAreNotThere(_ name: String, _ code: Int32, _ words: String) {
    #expect(InitStep.findProgram(name: name, searchPath: "/bin").failure(code) == words)
  }

  @Test(arguments: [
    (
      InitStep.execute(arguments: ["/bin/x"], environment: []), ErrorCode.noExec,
      "exec /bin/x: exec format error"
    ),
    (
      .execute(arguments: ["/bin/x"], environment: []), ErrorCode.noEntry,
      "exec /bin/x: no such file or directory"
    ),
    (.mount(proc), ErrorCode.notPermitted, "mount proc \"proc\" on \"/proc\": operation not permitted"),
    (
      .changeDirectory("/w"), ErrorCode.notDirectory,
      "chdir to cwd (\"/w\") set in config.json: not a directory"
    ),
  ])
  func otherFailures(_ step: InitStep, _ code: Int32, _ words: String) {
    #expect(step.failure(code) == words)
  }
}
