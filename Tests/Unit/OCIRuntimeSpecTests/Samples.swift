/// Documents the suites read.
enum Samples {
  /// What `runc spec` 1.1.5 writes, with its tabs.
  static let runcSpec = #"""
    {
    	"ociVersion": "1.0.2-dev",
    	"process": {
    		"terminal": true,
    		"user": {
    			"uid": 0,
    			"gid": 0
    		},
    		"args": [
    			"sh"
    		],
    		"env": [
    			"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    			"TERM=xterm"
    		],
    		"cwd": "/",
    		"capabilities": {
    			"bounding": [
    				"CAP_AUDIT_WRITE",
    				"CAP_KILL",
    				"CAP_NET_BIND_SERVICE"
    			],
    			"effective": [
    				"CAP_AUDIT_WRITE",
    				"CAP_KILL",
    				"CAP_NET_BIND_SERVICE"
    			],
    			"permitted": [
    				"CAP_AUDIT_WRITE",
    				"CAP_KILL",
    				"CAP_NET_BIND_SERVICE"
    			],
    			"ambient": [
    				"CAP_AUDIT_WRITE",
    				"CAP_KILL",
    				"CAP_NET_BIND_SERVICE"
    			]
    		},
    		"rlimits": [
    			{
    				"type": "RLIMIT_NOFILE",
    				"hard": 1024,
    				"soft": 1024
    			}
    		],
    		"noNewPrivileges": true
    	},
    	"root": {
    		"path": "rootfs",
    		"readonly": true
    	},
    	"hostname": "runc",
    	"mounts": [
    		{
    			"destination": "/proc",
    			"type": "proc",
    			"source": "proc"
    		},
    		{
    			"destination": "/dev",
    			"type": "tmpfs",
    			"source": "tmpfs",
    			"options": [
    				"nosuid",
    				"strictatime",
    				"mode=755",
    				"size=65536k"
    			]
    		},
    		{
    			"destination": "/dev/pts",
    			"type": "devpts",
    			"source": "devpts",
    			"options": [
    				"nosuid",
    				"noexec",
    				"newinstance",
    				"ptmxmode=0666",
    				"mode=0620",
    				"gid=5"
    			]
    		},
    		{
    			"destination": "/dev/shm",
    			"type": "tmpfs",
    			"source": "shm",
    			"options": [
    				"nosuid",
    				"noexec",
    				"nodev",
    				"mode=1777",
    				"size=65536k"
    			]
    		},
    		{
    			"destination": "/dev/mqueue",
    			"type": "mqueue",
    			"source": "mqueue",
    			"options": [
    				"nosuid",
    				"noexec",
    				"nodev"
    			]
    		},
    		{
    			"destination": "/sys",
    			"type": "sysfs",
    			"source": "sysfs",
    			"options": [
    				"nosuid",
    				"noexec",
    				"nodev",
    				"ro"
    			]
    		},
    		{
    			"destination": "/sys/fs/cgroup",
    			"type": "cgroup",
    			"source": "cgroup",
    			"options": [
    				"nosuid",
    				"noexec",
    				"nodev",
    				"relatime",
    				"ro"
    			]
    		}
    	],
    	"linux": {
    		"resources": {
    			"devices": [
    				{
    					"allow": false,
    					"access": "rwm"
    				}
    			]
    		},
    		"namespaces": [
    			{
    				"type": "pid"
    			},
    			{
    				"type": "network"
    			},
    			{
    				"type": "ipc"
    			},
    			{
    				"type": "uts"
    			},
    			{
    				"type": "mount"
    			}
    		],
    		"maskedPaths": [
    			"/proc/acpi",
    			"/proc/asound",
    			"/proc/kcore",
    			"/proc/keys",
    			"/proc/latency_stats",
    			"/proc/timer_list",
    			"/proc/timer_stats",
    			"/proc/sched_debug",
    			"/sys/firmware",
    			"/proc/scsi"
    		],
    		"readonlyPaths": [
    			"/proc/bus",
    			"/proc/fs",
    			"/proc/irq",
    			"/proc/sys",
    			"/proc/sysrq-trigger"
    		]
    	}
    }
    """#

  /// Every member of runtime-spec 1.3.0 that Linux knows.
  static let everything = #"""
    {
      "ociVersion": "1.3.0",
      "process": {
        "terminal": true, "consoleSize": {"height": 25, "width": 80},
        "user": {"uid": 1, "gid": 2, "umask": 63, "additionalGids": [5, 6], "username": "w"},
        "args": ["sh", "-c", "true"], "commandLine": "w", "env": ["A=b"], "cwd": "/",
        "capabilities": {"bounding": ["CAP_KILL"], "effective": ["CAP_KILL"], "inheritable": ["CAP_KILL"],
          "permitted": ["CAP_KILL"], "ambient": ["CAP_KILL"]},
        "rlimits": [{"type": "RLIMIT_NOFILE", "hard": 18446744073709551615, "soft": 1024}],
        "noNewPrivileges": false, "apparmorProfile": "p", "oomScoreAdj": -100,
        "scheduler": {"policy": "SCHED_DEADLINE", "nice": -5, "priority": 10,
          "flags": ["SCHED_FLAG_RESET_ON_FORK", "SCHED_FLAG_UTIL_CLAMP_MAX"],
          "runtime": 1, "deadline": 2, "period": 3},
        "selinuxLabel": "l", "ioPriority": {"class": "IOPRIO_CLASS_IDLE", "priority": 4},
        "execCPUAffinity": {"initial": "7", "final": "0-3,7"}
      },
      "root": {"path": "rootfs", "readonly": true},
      "hostname": "h", "domainname": "d",
      "mounts": [{"destination": "/x", "type": "none", "source": "/y", "options": ["rbind", "idmap"],
        "uidMappings": [{"containerID": 0, "hostID": 1000, "size": 10}],
        "gidMappings": [{"containerID": 0, "hostID": 4294967295, "size": 1}]}],
      "hooks": {
        "prestart": [{"path": "/a", "args": ["a"], "env": ["A=b"], "timeout": 5}], "createRuntime": [{"path": "/b"}],
        "createContainer": [{"path": "/c"}], "startContainer": [{"path": "/d"}], "poststart": [{"path": "/e"}],
        "poststop": [{"path": "/f"}]
      },
      "annotations": {"com.example.key": "value", "empty": ""},
      "linux": {
        "uidMappings": [{"containerID": 0, "hostID": 1000, "size": 32000}],
        "gidMappings": [{"containerID": 0, "hostID": 1000, "size": 32000}],
        "sysctl": {"net.ipv4.ip_forward": "1"},
        "resources": {
          "devices": [{"allow": false, "access": "rwm"},
            {"allow": true, "type": "c", "major": 10, "minor": 229, "access": "rw"}],
          "memory": {"limit": 536870912, "reservation": -1, "swap": -1, "kernel": -1, "kernelTCP": -1,
            "swappiness": 0, "disableOOMKiller": false, "useHierarchy": true, "checkBeforeUpdate": true},
          "cpu": {"shares": 1024, "quota": -1, "burst": 0, "period": 500000, "realtimeRuntime": 950000,
            "realtimePeriod": 1000000, "cpus": "2-3", "mems": "0-7", "idle": 1},
          "pids": {"limit": -1},
          "blockIO": {"weight": 10, "leafWeight": 10,
            "weightDevice": [{"major": 8, "minor": 0, "weight": 500, "leafWeight": 300}],
            "throttleReadBpsDevice": [{"major": 8, "minor": 0, "rate": 600}],
            "throttleWriteBpsDevice": [{"major": 8, "minor": 0, "rate": 601}],
            "throttleReadIOPSDevice": [{"major": 8, "minor": 0, "rate": 602}],
            "throttleWriteIOPSDevice": [{"major": 8, "minor": 0, "rate": 603}]},
          "hugepageLimits": [{"pageSize": "2MB", "limit": 209715200}],
          "network": {"classID": 1048577, "priorities": [{"name": "eth0", "priority": 500}]},
          "rdma": {"mlx5_1": {"hcaHandles": 3, "hcaObjects": 10000}},
          "unified": {"io.max": "259:0 rbps=2097152"}
        },
        "cgroupsPath": "/a/b",
        "namespaces": [{"type": "pid"}, {"type": "network", "path": "/run/netns/a"}, {"type": "mount"},
          {"type": "ipc"}, {"type": "uts"}, {"type": "user"}, {"type": "cgroup"}, {"type": "time"}],
        "devices": [{"path": "/dev/fuse", "type": "c", "major": 10, "minor": 229, "fileMode": 438, "uid": 0, "gid": 0},
          {"path": "/dev/p", "type": "p"}],
        "netDevices": {"eth1": {"name": "inner"}, "eth2": {}},
        "seccomp": {
          "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 1,
          "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_RISCV64"],
          "flags": ["SECCOMP_FILTER_FLAG_LOG", "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"],
          "listenerPath": "/run/l.sock", "listenerMetadata": "m",
          "syscalls": [{"names": ["clone", "unshare"], "action": "SCMP_ACT_NOTIFY", "errnoRet": 38,
            "args": [{"index": 0, "value": 2114060288, "valueTwo": 18446744073709551615,
              "op": "SCMP_CMP_MASKED_EQ"}]}]
        },
        "rootfsPropagation": "slave", "maskedPaths": ["/proc/kcore"], "readonlyPaths": ["/proc/sys"],
        "mountLabel": "l",
        "intelRdt": {"closID": "g", "schemata": ["L3:0=7f0", "MB:0=20"], "l3CacheSchema": "L3:0=ff",
          "memBwSchema": "MB:0=20", "enableMonitoring": true},
        "memoryPolicy": {"mode": "MPOL_WEIGHTED_INTERLEAVE", "nodes": "0-1", "flags": ["MPOL_F_STATIC_NODES"]},
        "personality": {"domain": "LINUX32", "flags": ["f"]},
        "timeOffsets": {"monotonic": {"secs": -1, "nanosecs": 2}, "boottime": {"secs": 3}}
      },
      "vm": {"kernel": {"path": "/k"}}, "windows": {"layerFolders": []}, "solaris": {}, "zos": {}, "freebsd": {}
    }
    """#

  /// What `features` prints, with every member of 1.3.0.
  static let features = #"""
    {
      "ociVersionMin": "1.0.0", "ociVersionMax": "1.3.0", "hooks": ["createRuntime"], "mountOptions": ["ro"],
      "linux": {
        "namespaces": ["pid"], "capabilities": ["CAP_KILL"],
        "cgroup": {"v1": true, "v2": true, "systemd": false, "systemdUser": false, "rdma": false},
        "seccomp": {"enabled": true, "actions": ["SCMP_ACT_ALLOW"], "operators": ["SCMP_CMP_EQ"],
          "archs": ["SCMP_ARCH_X86"], "knownFlags": ["SECCOMP_FILTER_FLAG_LOG"], "supportedFlags": []},
        "apparmor": {"enabled": true}, "selinux": {"enabled": false},
        "intelRdt": {"enabled": false, "schemata": false, "monitoring": true},
        "memoryPolicy": {"modes": ["MPOL_BIND"], "flags": ["MPOL_F_STATIC_NODES"]},
        "mountExtensions": {"idmap": {"enabled": true}}, "netDevices": {"enabled": true}
      },
      "annotations": {"org.example.commit": "x"}, "potentiallyUnsafeConfigAnnotations": ["org.example."]
    }
    """#
}
