/// Bundles' configurations, as their makers write them.
enum Configurations {
  /// As little as there can be: every default is ours.
  static let minimal = """
    {
      "ociVersion": "1.0.0", "root": {"path": "rootfs"}, "process": {"cwd": "/", "args": ["/bin/true"]},
      "linux": {"namespaces": [{"type": "mount"}]}
    }
    """

  /// What an engine in docker's manner writes for `run -u 1000:100 -v /srv/data:/data:ro --read-only`.
  static let engine = """
    {
      "ociVersion": "1.2.0",
      "process": {
        "user": {"uid": 1000, "gid": 100, "additionalGids": [10, 20]},
        "args": ["nginx", "-g", "daemon off;"], "env": ["PATH=/usr/sbin:/usr/bin", "HOSTNAME=web"], "cwd": "/srv",
        "capabilities": {
          "bounding": ["CAP_CHOWN", "CAP_NET_BIND_SERVICE"], "effective": ["CAP_NET_BIND_SERVICE"],
          "permitted": ["CAP_CHOWN", "CAP_NET_BIND_SERVICE"], "inheritable": ["CAP_NET_BIND_SERVICE"],
          "ambient": ["CAP_NET_BIND_SERVICE"]
        },
        "rlimits": [{"type": "RLIMIT_NOFILE", "hard": 4096, "soft": 1024}], "oomScoreAdj": 100
      },
      "root": {"path": "rootfs", "readonly": true},
      "hostname": "web",
      "domainname": "lan",
      "mounts": [
        {"destination": "/proc", "type": "proc", "source": "proc", "options": ["nosuid", "noexec", "nodev"]},
        {"destination": "/dev", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "strictatime", "mode=755", "ro"]},
        {"destination": "/dev/pts", "type": "devpts", "source": "devpts", "options": ["nosuid", "noexec", "newinstance"]},
        {"destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup", "options": ["ro", "nosuid", "noexec", "nodev"]},
        {"destination": "/etc/hosts", "type": "bind", "source": "/state/hosts", "options": ["rbind", "rprivate"]},
        {"destination": "/data", "type": "bind", "source": "/srv/data", "options": ["rbind", "ro", "rprivate", "noatime"]}
      ],
      "linux": {
        "sysctl": {"net.ipv4.ip_unprivileged_port_start": "0", "kernel.msgmax": "8192"},
        "namespaces": [
          {"type": "mount"}, {"type": "network", "path": "/run/netns/web"}, {"type": "uts"}, {"type": "pid"},
          {"type": "ipc"}, {"type": "cgroup"}
        ],
        "devices": [
          {"path": "/dev/fuse", "type": "c", "major": 10, "minor": 229, "fileMode": 432, "uid": 1000, "gid": 100},
          {"path": "/dev/null", "type": "c", "major": 1, "minor": 3, "fileMode": 438}
        ],
        "seccomp": {"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [{"names": ["read"], "action": "SCMP_ACT_ALLOW"}]},
        "maskedPaths": ["/proc/kcore", "/proc/sys"],
        "readonlyPaths": ["/proc/sys", "/proc/bus"]
      }
    }
    """

  /// Mounts that reach the host and come from it; the namespaces of others; cgroups without a namespace.
  static let shared = """
    {
      "ociVersion": "1.2.0", "root": {"path": "rootfs"}, "process": {"cwd": "/", "args": ["/bin/true"]},
      "mounts": [
        {"destination": "/mnt", "source": "/mnt", "options": ["rbind", "rshared", "rro"]},
        {"destination": "/sys/fs/cgroup", "type": "cgroup", "options": ["nosuid"]},
        {"destination": "/dev", "source": "/dev", "options": ["rbind"]}
      ],
      "linux": {
        "rootfsPropagation": "shared",
        "namespaces": [{"type": "mount"}, {"type": "pid", "path": "/proc/7/ns/pid"}, {"type": "ipc", "path": "/proc/7/ns/ipc"}]
      }
    }
    """

  /// A new user namespace, in the network of another container, with what is bound and a process that is not root.
  static let userNamespace = """
    {
      "ociVersion": "1.2.0", "root": {"path": "rootfs"},
      "process": {"user": {"uid": 1000, "gid": 100}, "cwd": "/", "args": ["/bin/true"], "oomScoreAdj": 100},
      "mounts": [
        {"destination": "/proc", "type": "proc"},
        {"destination": "/sys", "type": "sysfs", "options": ["nosuid", "ro"]},
        {"destination": "/data", "source": "/srv/data", "options": ["rbind", "ro"]}
      ],
      "linux": {
        "namespaces": [
          {"type": "mount"}, {"type": "pid"}, {"type": "user"}, {"type": "network", "path": "/run/netns/web"},
          {"type": "cgroup"}, {"type": "time"}, {"type": "ipc"}
        ],
        "timeOffsets": {"boottime": {"secs": 86400}, "monotonic": {"secs": -1, "nanosecs": 5}},
        "uidMappings": [{"containerID": 0, "hostID": 100000, "size": 65536}],
        "gidMappings": [{"containerID": 0, "hostID": 100000, "size": 65536}],
        "devices": [
          {"path": "/dev/pipe", "type": "p"},
          {"path": "/dev/disk", "type": "b", "major": 8, "minor": 1, "fileMode": 432, "gid": 6}
        ]
      }
    }
    """

  /// What somebody who is not root can have: their own id as root.
  static let rootless = """
    {
      "ociVersion": "1.2.0", "root": {"path": "rootfs"}, "process": {"cwd": "/", "args": ["/bin/true"]},
      "linux": {
        "namespaces": [{"type": "mount"}, {"type": "user"}],
        "uidMappings": [{"containerID": 0, "hostID": 1000, "size": 1}],
        "gidMappings": [{"containerID": 0, "hostID": 1000, "size": 1}]
      }
    }
    """

  /// Hooks of every kind, for a user, with a filter that needs a privilege.
  static let hooks = """
    {
      "ociVersion": "1.3.0", "root": {"path": "rootfs", "readonly": true}, "hostname": "web",
      "process": {"user": {"uid": 1000, "gid": 100}, "cwd": "/srv", "args": ["/bin/true"]},
      "hooks": {
        "prestart": [{"path": "/h/prestart"}], "createRuntime": [{"path": "/h/runtime"}],
        "createContainer": [{"path": "/h/one", "timeout": 5}, {"path": "/h/two", "args": ["two", "x"], "env": ["A=b"]}],
        "startContainer": [{"path": "/start"}], "poststart": [{"path": "/h/poststart"}],
        "poststop": [{"path": "/h/poststop"}]
      },
      "linux": {
        "namespaces": [{"type": "mount"}, {"type": "uts"}], "maskedPaths": ["/proc/kcore"],
        "seccomp": {"defaultAction": "SCMP_ACT_ALLOW"}
      }
    }
    """

  /// The same in somebody's user namespace.
  static let rootlessJoined = """
    {
      "ociVersion": "1.2.0", "root": {"path": "rootfs"},
      "process": {"cwd": "/", "args": ["/bin/true"], "oomScoreAdj": 100},
      "linux": {
        "namespaces": [
          {"type": "pid", "path": "/proc/7/ns/pid"}, {"type": "mount"}, {"type": "user", "path": "/proc/7/ns/user"}
        ]
      }
    }
    """

  /// A terminal for a user, with its size.
  static let terminal = """
    {
      "ociVersion": "1.2.0", "root": {"path": "rootfs"},
      "process": {
        "terminal": true, "consoleSize": {"height": 24, "width": 80}, "user": {"uid": 1000, "gid": 100},
        "cwd": "/home", "args": ["sh"], "env": ["PATH=/bin"], "noNewPrivileges": true
      },
      "linux": {
        "namespaces": [{"type": "mount"}, {"type": "pid"}],
        "seccomp": {"defaultAction": "SCMP_ACT_ALLOW"}
      }
    }
    """

  /// What a shim writes for `exec -u 1000 -t`.
  static let execTerminal = """
    {
      "terminal": true, "consoleSize": {"height": 50, "width": 132}, "user": {"uid": 1000, "gid": 100}, "cwd": "/srv",
      "args": ["sh", "-i"], "env": ["PATH=/bin", "TERM=xterm"],
      "capabilities": {"bounding": ["CAP_KILL"], "permitted": ["CAP_KILL"], "effective": ["CAP_KILL"]}
    }
    """

  static let execPlain = """
    {"cwd": "/", "args": ["/bin/true"], "noNewPrivileges": true}
    """
}
