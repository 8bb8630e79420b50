import LinuxSystem
import Testing

@testable import Lifecycle

/// How a process is scheduled, labelled and placed: where these steps stand among the others.
@Suite struct AttributePlanTests {
  /// Everything at once.
  private static let configuration = """
    {
      "ociVersion": "1.3.0", "root": {"path": "rootfs"},
      "process": {
        "cwd": "/", "args": ["/bin/true"], "noNewPrivileges": true, "apparmorProfile": "web",
        "scheduler": {"policy": "SCHED_RR", "priority": 5}, "oomScoreAdj": 5,
        "ioPriority": {"class": "IOPRIO_CLASS_BE", "priority": 4}, "execCPUAffinity": {"final": "0"},
        "rlimits": [{"type": "RLIMIT_RTPRIO", "hard": 0, "soft": 0}]
      },
      "mounts": [{"destination": "/dev", "source": "/dev", "options": ["rbind"]}],
      "linux": {
        "namespaces": [{"type": "mount"}], "personality": {"domain": "LINUX32"},
        "memoryPolicy": {"mode": "MPOL_BIND", "nodes": "0-1"},
        "seccomp": {"defaultAction": "SCMP_ACT_ALLOW"}
      }
    }
    """

  @Test func create() throws {
    #expect(
      try plan(Self.configuration) == """
        new: mount
        1. close inherited descriptors [from 3]
        2. prevent tracing
        3. open the file for the AppArmor label
        4. set oom_score_adj to 5
        5. start a session
        6. join session keyring "_ses.web"
        7. set umask 0
        8. set propagation of the mount tree [slave,recursive]
        9. bind rootfs "/bundle/rootfs"
        10. bind "/dev" to "/dev" [recursive]
        11. wait for the supervisor
        12. join 1 cgroup hierarchies [/cg/cpu,cpuacct/web/tasks]
        13. make directory "/"
        14. pivot root
        15. set scheduler SCHED_RR [priority 5, nice 0]
        16. set ioPriority IOPRIO_CLASS_BE 4
        17. set memory policy MPOL_BIND [nodes 0-1]
        18. set personality LINUX32
        19. set rlimit RLIMIT_RTPRIO to 0:0
        20. reset signals
        21. close descriptors [from 3]
        22. set no_new_privs
        23. chdir to cwd ("/") set in config.json [as root]
        24. drop capabilities from the bounding set [keep none]
        25. set group 0 and 0 additional groups
        26. set user 0
        27. chdir to cwd ("/") set in config.json [as the user]
        28. set capabilities [effective none; permitted none; inheritable none; ambient none]
        29. set umask 22
        30. exec: "/bin/true"
        31. write AppArmor profile "web" to /proc/self/attr/apparmor/exec
        32. report readiness
        33. wait for start
        34. install the seccomp filter
        35. exec /bin/true

        """)
  }

  @Test func exec() throws {
    let process = """
      {
        "cwd": "/", "args": ["/bin/true"], "apparmorProfile": "web", "scheduler": {"policy": "SCHED_IDLE"},
        "execCPUAffinity": {"initial": "1", "final": "0,2-3"}, "oomScoreAdj": 5
      }
      """
    #expect(
      try execPlan(process, in: [.newMount, .newPID], filter: true) == """
        new: none
        1. close inherited descriptors [from 3]
        2. prevent tracing
        3. join 1 cgroup hierarchies [/cg/cpu,cpuacct/web/tasks]
        4. open the file for the AppArmor label
        5. set CPU affinity 0,2-3
        6. set oom_score_adj to 5
        7. join the container's namespaces [pid mount]
        8. start a session
        9. join session keyring "_ses.web"
        10. set scheduler SCHED_IDLE [priority 0, nice 0]
        11. reset signals
        12. close descriptors [from 3]
        13. chdir to cwd ("/") set in config.json [as root]
        14. drop capabilities from the bounding set [keep none]
        15. set group 0 and 0 additional groups
        16. set user 0
        17. chdir to cwd ("/") set in config.json [as the user]
        18. set umask 22
        19. exec: "/bin/true"
        20. write AppArmor profile "web" to /proc/self/attr/apparmor/exec
        21. report readiness
        22. install the seccomp filter
        23. set capabilities [effective none; permitted none; inheritable none; ambient none]
        24. exec /bin/true

        """)
  }
}
