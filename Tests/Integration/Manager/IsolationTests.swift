import LinuxSystem
import TestSupport
import ManagerSupport
import Testing

@Suite("Isolation of run", .serialized, .requiresRoot)
struct IsolationTests {
  @Test func namespacesCanBeTheHosts() async throws {
    try await Fixture.withBusybox { (f) async throws in
      for name in ["pid", "ipc", "uts"] {
        let host = try readLink("/proc/self/ns/\(name)")
        let inside = try f.apus(
          "run", "--rm", "--\(name)", "host", "busybox", "readlink", "/proc/self/ns/\(name)")
        #expect(inside.answer == host, "\(inside)")
        #expect(try f.apus("run", "--rm", "busybox", "readlink", "/proc/self/ns/\(name)").answer != host)
      }
      let cgroup = try f.apus("run", "--rm", "--cgroupns", "host", "busybox", "cat", "/proc/self/cgroup")
      #expect(cgroup.out.contains("/apus-"), "\(cgroup)")
      #expect(
        try f.apus("run", "--rm", "--ipc", "none", "busybox", "cat", "/proc/mounts").out.contains("/dev/shm")
          == false)
      try f.apus("run", "--uts", "host", "-h", "x", "busybox", "true").expectFailure(
        125, "conflicting options: hostname and the UTS mode")
      try f.apus("run", "--userns", "keep-id", "busybox", "true").expectFailure(
        125, "--userns \"keep-id\": invalid USER mode")
    }
  }

  @Test func aContainerJoinsAnothersProcessesAndMemory() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let donor = try f.sleeper("--name", "donor", "--ipc", "shareable", "--shm-size", "1m")
      try f.apus("exec", donor, "sh", "-c", "echo hello >/dev/shm/f").succeeded()
      let joined = try f.apus(
        "run", "--rm", "--pid", "container:donor", "--ipc", "container:donor", "busybox", "sh", "-c",
        "cat /dev/shm/f; for p in 1 self; do readlink /proc/$p/ns/pid; readlink /proc/$p/ns/ipc; done"
      )
      #expect(joined.lines.first == "hello", "\(joined)")
      try #require(joined.lines.count == 5, "\(joined)")
      #expect(joined.lines[1...2].elementsEqual(joined.lines[3...4]), "\(joined)")
      let other = try f.sleeper("--name", "other")
      try f.apus("run", "--ipc", "container:other", "busybox", "true").expectFailure(
        125, "can't join IPC of container \(other)")
      try f.apus("run", "--pid", "container:nosuch", "busybox", "true").expectFailure(
        125, "No such container: nosuch")
      try f.apus("run", "--restart", "always", "--pid", "container:donor", "busybox", "true").expectFailure(
        125, "conflicting options: --restart and --pid container")
      let late = try f.apus("create", "--pid", "container:donor", "busybox", "true").succeeded().answer
      try f.apus("rm", "-f", "donor").succeeded()
      #expect(try f.mounts().filter { $0.contains("/shm") } == [])
      try f.apus("start", late).expectFailure(1, "No such container: \(donor)")
      try f.apus("stop", "-t", "1", "other").succeeded()
      try f.apus("run", "--pid", "container:other", "busybox", "true").expectFailure(
        125, "cannot join the pid namespace of a non running container: other")
    }
  }

  @Test func aPrivilegedContainerMayDoEverything() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let own = try f.shell("grep CapBnd /proc/self/status").answer
      let outcome = try f.apus(
        "run", "--rm", "--privileged", "busybox", "sh", "-c",
        """
        grep -E 'CapBnd|Seccomp:' /proc/self/status; mkdir /sys/fs/cgroup/pids/x && rmdir /sys/fs/cgroup/pids/x && echo made
        grep -c ' /proc/' /proc/mounts; test -c /dev/kmsg && mount -t tmpfs none /tmp && echo mounted
        """)
      #expect(outcome.lines == [own, "Seccomp:\t0", "made", "0", "mounted"], "\(outcome)")
    }
  }

  @Test func devicesAreTheOnesThatAreNamed() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let outcome = try f.apus(
        "run", "--rm", "--device", "/dev/full:/dev/mine:r", "--device", "/dev/cpu:/dev/all",
        "--device-cgroup-rule",
        "c 10:229 r", "busybox", "sh", "-c",
        """
        test -c /dev/mine && echo mine; head -c 1 /dev/mine | wc -c; echo x 2>/dev/null >/dev/mine || echo not written
        find /dev/all -type c | head -1; mknod /k c 10 229; (: </k) && echo opened
        mknod /z c 10 237; (: </z) 2>&1
        """)
      #expect(outcome.lines.first == "mine", "\(outcome)")
      #expect(outcome.lines.contains("not written"), "\(outcome)")
      #expect(outcome.lines.contains("opened"), "\(outcome)")
      #expect(outcome.out.contains("/z: Operation not permitted"), "\(outcome)")
      try f.apus("run", "--device", "/dev/nosuch", "busybox", "true").expectFailure(
        125,
        "error gathering device information while adding custom device \"/dev/nosuch\": no such file or directory"
      )
      try f.apus("run", "--device", "/etc/passwd", "busybox", "true").expectFailure(125, "not a device node")
      try f.expectNothingLeft()
    }
  }

  @Test func securityOptionsHold() async throws {
    try await Fixture.withBusybox { (f) async throws in
      let filter = try f.write(
        #"{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],"action":"SCMP_ACT_ERRNO","errnoRet":38}]}"#,
        to: "filter.json")
      let outcome = try f.apus(
        "run", "--rm", "--security-opt", "seccomp=\(filter)", "--security-opt", "no-new-privileges",
        "--security-opt",
        "label=disable", "--security-opt", "systempaths=unconfined", "busybox", "sh", "-c",
        "grep -E 'NoNewPrivs|Seccomp:' /proc/self/status; mkdir /x 2>&1; grep -c ' /proc/' /proc/mounts")
      #expect(
        outcome.lines == [
          "NoNewPrivs:\t1", "Seccomp:\t2", "mkdir: can't create directory '/x': Function not implemented",
          "0",
        ], "\(outcome)")
      let bare = try f.apus(
        "run", "--rm", "--security-opt", "seccomp=unconfined", "busybox", "grep", "Seccomp:",
        "/proc/self/status")
      #expect(bare.answer == "Seccomp:\t0")
      let spoiled = try f.write("{", to: "spoiled.json")
      try f.apus("run", "--security-opt", "seccomp=\(spoiled)", "busybox", "true").expectFailure(
        125, "spoiled.json: line 1 column 2: expected")
      try f.apus("run", "--security-opt", "x", "busybox", "true").expectFailure(125, "invalid --security-opt")
      if !fileExists("/sys/module/apparmor/parameters/enabled") {
        try f.apus("run", "--security-opt", "apparmor=x", "busybox", "true").expectFailure(
          125, "AppArmor is not enabled")
      }
    }
  }

  @Test func namesGroupsParametersAndPlacesAreGiven() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.write("c=file\nd\n", to: "labels")
      let id = try f.sleeper(
        "-h", "box", "--domainname", "d.test", "--group-add", "tty", "--group-add", "1234", "--sysctl",
        "net.core.somaxconn=77", "--cgroup-parent", f.cgroupParent, "--tz", "Asia/Tokyo", "--label-file",
        f.directory + "/labels", "-l", "c=flag")
      f.atEnd("remove the parent cgroup") {
        _ = try f.shell(
          "find /sys/fs/cgroup -maxdepth 2 -name \(f.cgroupParent.dropFirst()) -exec rmdir {} +")
      }
      let seen = try f.apus(
        "exec", id, "sh", "-c",
        "cat /proc/sys/kernel/domainname /proc/sys/net/core/somaxconn; id -G; tail -1 /etc/hosts; date +%Z")
      #expect(seen.lines == ["d.test", "77", "0 5 1234", "172.17.0.2\tbox.d.test box", "JST"], "\(seen)")
      let pid = try f.inspect(".State.Pid", of: id)
      #expect(try readText("/proc/\(pid)/cgroup").contains("\(f.cgroupParent)/apus-\(id)"))
      #expect(try f.inspect("json .Config.Labels", of: id) == #"{"c":"flag","d":""}"#)
      try f.apus("rm", "-f", id).succeeded()
      try f.apus("run", "--group-add", "nosuch", "busybox", "true").expectFailure(
        125, "Unable to find group nosuch")
      try f.apus("run", "--sysctl", "vm.swappiness=1", "busybox", "true").expectFailure(
        125, "sysctl 'vm.swappiness' is not allowed")
      try f.apus("run", "--net", "host", "--sysctl", "net.core.somaxconn=1", "busybox", "true").expectFailure(
        125, "not allowed in host network namespace")
      try f.apus("run", "--tz", "No/Where", "busybox", "true").expectFailure(
        125, "this machine has no such time zone")
    }
  }

  // With one more mount on the host's root, unmounting the old root once left the lower one over the container's: what
  // joined the mount namespace later stood in the host.
  @Test func theHostsRootStaysOutsideWhateverLiesOnIt() async throws {
    try await Fixture.withBusybox { (f) async throws in
      try f.write("", to: "on-the-host")
      let script = """
        set -e
        mount --bind / /
        mount --bind / /
        apus run -d --name web busybox sleep 60 >/dev/null
        apus exec web sh -c 'test ! -e \(f.directory)/on-the-host && test -e /bin/busybox && echo inside'
        apus import \(Host.testRoot)/busybox.tar other >/dev/null
        apus rm -f web
        """
      let seen = try f.shell(
        "exec unshare --mount --propagation private sh -c '\(script.replacing("'", with: #"'\''"#))'")
      #expect(seen.lines == ["inside", "web"], "\(seen)")
    }
  }
}
