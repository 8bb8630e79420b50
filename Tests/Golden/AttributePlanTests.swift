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
        9. bind rootfs "/bundle/rootfs" [private]
        10. bind "/dev" to "/dev" [recursive]
        11. wait for the supervisor
        12. join 1 cgroup hierarchies [/cg/cpu,cpuacct/web/tasks]
        13. reset CPU affinity
        14. make directory "/"
        15. pivot root
        16. set scheduler SCHED_RR [priority 5, nice 0]
        17. set ioPriority IOPRIO_CLASS_BE 4
        18. set memory policy MPOL_BIND [nodes 0-1]
        19. set personality LINUX32
        20. set rlimit RLIMIT_RTPRIO to 0:0
        21. reset signals
        22. close descriptors [from 3]
        23. set no_new_privs
        24. chdir to cwd ("/") set in config.json [as root]
        25. drop capabilities from the bounding set [keep none]
        26. set group 0 and 0 additional groups
        27. set user 0
        28. chdir to cwd ("/") set in config.json [as the user]
        29. set capabilities [effective none; permitted none; inheritable none; ambient none]
        30. set umask 22
        31. find the home of user 0
        32. exec: "/bin/true"
        33. write AppArmor profile "web" to /proc/self/attr/apparmor/exec
        34. let HUP, INT and TERM end it
        35. report readiness
        36. wait for start
        37. install the seccomp filter
        38. exec /bin/true

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
        4. set CPU affinity 0,2-3
        5. set oom_score_adj to 5
        6. open the file for the AppArmor label
        7. join the container's namespaces [mount]
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
        19. find the home of user 0
        20. exec: "/bin/true"
        21. write AppArmor profile "web" to /proc/self/attr/apparmor/exec
        22. report readiness
        23. install the seccomp filter
        24. set capabilities [effective none; permitted none; inheritable none; ambient none]
        25. exec /bin/true

        """)
  }
}
