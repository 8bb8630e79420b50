@testable import Cgroups

// What /proc says on the three kinds of machines, cut down to what differs.
enum Layouts {
  static let v1Mounts = """
    22 27 0:20 / /proc rw,nosuid shared:12 - proc proc rw
    30 23 0:26 / /sys/fs/cgroup ro,nosuid shared:9 - tmpfs tmpfs ro,mode=755
    31 30 0:27 / /sys/fs/cgroup/systemd rw shared:10 - cgroup cgroup rw,xattr,name=systemd
    32 30 0:28 / /sys/fs/cgroup/cpu,cpuacct rw shared:11 - cgroup cgroup rw,cpu,cpuacct
    33 30 0:29 / /sys/fs/cgroup/memory rw shared:12 master:3 - cgroup cgroup rw,memory
    34 30 0:30 / /sys/fs/cgroup/devices rw - cgroup cgroup rw,devices
    35 30 0:31 / /sys/fs/cgroup/cpuset rw - cgroup cgroup rw,cpuset
    36 30 0:32 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids
    37 30 0:33 / /sys/fs/cgroup/freezer rw - cgroup cgroup rw,freezer
    """
  static let v1Membership = """
    7:name=systemd:/user.slice
    6:pids:/user.slice
    5:freezer:/
    4:cpuset:/
    3:devices:/user.slice
    2:memory:/a/b
    1:cpu,cpuacct:/
    """
  static let unifiedBeside = "\n38 30 0:34 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw,nsdelegate"
  static let v2Mounts = """
    22 27 0:20 / /proc rw,nosuid shared:12 - proc proc rw
    30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate,memory_recursiveprot
    """
  static let v2Membership = "0::/user.slice/session.scope"

  static let v1 = CgroupLayout(hierarchies: CgroupLayout.parse(mounts: v1Mounts, membership: v1Membership))
  static let hybrid = CgroupLayout(
    hierarchies: CgroupLayout.parse(
      mounts: v1Mounts + unifiedBeside, membership: v1Membership + "\n0::/own/here"),
    unifiedControllers: ["hugetlb"])
  static let v2 = CgroupLayout(
    hierarchies: CgroupLayout.parse(mounts: v2Mounts, membership: v2Membership),
    unifiedControllers: ["cpuset", "cpu", "io", "memory", "hugetlb", "pids"])
}
