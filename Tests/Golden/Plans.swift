/// What the plans are. Each was read line by line when it was pasted.
enum Plans {
  static let hooks = """
    new: mount uts
    1. close inherited descriptors [from 3]
    2. prevent tracing
    3. start a session
    4. join session keyring "_ses.web"
    5. set umask 0
    6. set propagation of the mount tree [slave,recursive]
    7. bind rootfs "/bundle/rootfs" [private]
    8. wait for the supervisor
    9. join 1 cgroup hierarchies [/cg/cpu,cpuacct/web/tasks]
    10. reset CPU affinity
    11. make device "/dev/null" [characterDevice 1:3 666 0:0]
    12. make device "/dev/zero" [characterDevice 1:5 666 0:0]
    13. make device "/dev/full" [characterDevice 1:7 666 0:0]
    14. make device "/dev/random" [characterDevice 1:8 666 0:0]
    15. make device "/dev/urandom" [characterDevice 1:9 666 0:0]
    16. make device "/dev/tty" [characterDevice 5:0 666 0:0]
    17. link "/dev/fd" to "/proc/self/fd"
    18. link "/dev/stdin" to "/proc/self/fd/0"
    19. link "/dev/stdout" to "/proc/self/fd/1"
    20. link "/dev/stderr" to "/proc/self/fd/2"
    21. link "/dev/ptmx" to "pts/ptmx"
    22. link "/dev/core" to "/proc/kcore"
    23. make directory "/srv"
    24. wait for the runtime's hooks
    25. run createContainer hook #0 "/h/one" [/bundle/rootfs 5 s /h/one {"ociVersion":"1.3.0","id":"web","status":"creating","bundle":"/bundle","pid":7} ; set umask 22]
    26. run createContainer hook #1 "/h/two" [/bundle/rootfs two x A=b {"ociVersion":"1.3.0","id":"web","status":"creating","bundle":"/bundle","pid":7} ; set umask 22]
    27. set hostname "web"
    28. mask path "/proc/kcore"
    29. make "/" read-only
    30. pivot root
    31. give stdio to user 1000
    32. reset signals
    33. close descriptors [from 3]
    34. chdir to cwd ("/srv") set in config.json [as root]
    35. drop capabilities from the bounding set [keep none]
    36. keep capabilities over the change of user [on]
    37. set group 100 and 0 additional groups
    38. set user 1000
    39. keep capabilities over the change of user [off]
    40. chdir to cwd ("/srv") set in config.json [as the user]
    41. set umask 22
    42. find the home of user 1000
    43. exec: "/bin/true"
    44. let HUP, INT and TERM end it
    45. report readiness
    46. wait for start
    47. run startContainer hook #0 "/start" [/start {"ociVersion":"1.3.0","id":"web","status":"created","bundle":"/bundle","pid":7} ; raise capabilities for the seccomp filter ; install the seccomp filter ; set capabilities]
    48. raise capabilities for the seccomp filter
    49. install the seccomp filter
    50. set capabilities [effective none; permitted none; inheritable none; ambient none]
    51. exec /bin/true

    """

  static let minimal = """
    new: mount
    1. close inherited descriptors [from 3]
    2. prevent tracing
    3. start a session
    4. join session keyring "_ses.web"
    5. set umask 0
    6. set propagation of the mount tree [slave,recursive]
    7. bind rootfs "/bundle/rootfs" [private]
    8. wait for the supervisor
    9. join 1 cgroup hierarchies [/cg/cpu,cpuacct/web/tasks]
    10. reset CPU affinity
    11. make device "/dev/null" [characterDevice 1:3 666 0:0]
    12. make device "/dev/zero" [characterDevice 1:5 666 0:0]
    13. make device "/dev/full" [characterDevice 1:7 666 0:0]
    14. make device "/dev/random" [characterDevice 1:8 666 0:0]
    15. make device "/dev/urandom" [characterDevice 1:9 666 0:0]
    16. make device "/dev/tty" [characterDevice 5:0 666 0:0]
    17. link "/dev/fd" to "/proc/self/fd"
    18. link "/dev/stdin" to "/proc/self/fd/0"
    19. link "/dev/stdout" to "/proc/self/fd/1"
    20. link "/dev/stderr" to "/proc/self/fd/2"
    21. link "/dev/ptmx" to "pts/ptmx"
    22. link "/dev/core" to "/proc/kcore"
    23. make directory "/"
    24. pivot root
    25. reset signals
    26. close descriptors [from 3]
    27. chdir to cwd ("/") set in config.json [as root]
    28. drop capabilities from the bounding set [keep none]
    29. set group 0 and 0 additional groups
    30. set user 0
    31. chdir to cwd ("/") set in config.json [as the user]
    32. set capabilities [effective none; permitted none; inheritable none; ambient none]
    33. set umask 22
    34. find the home of user 0
    35. exec: "/bin/true"
    36. let HUP, INT and TERM end it
    37. report readiness
    38. wait for start
    39. exec /bin/true

    """

  static let defaultBundle = """
    new: pid mount ipc uts
    1. close inherited descriptors [from 3]
    2. prevent tracing
    3. start a session
    4. join session keyring "_ses.web"
    5. set umask 0
    6. set propagation of the mount tree [slave,recursive]
    7. bind rootfs "/bundle/rootfs" [private]
    8. mount proc "proc" on "/proc" [no link]
    9. mount tmpfs "tmpfs" on "/dev" [nosuid,strictatime; mode=755,size=65536k]
    10. mount devpts "devpts" on "/dev/pts" [nosuid,noexec; newinstance,ptmxmode=0666,mode=0620,gid=5]
    11. mount tmpfs "shm" on "/dev/shm" [nosuid,nodev,noexec; mode=1777,size=65536k]
    12. mount mqueue "mqueue" on "/dev/mqueue" [nosuid,nodev,noexec]
    13. make device "/dev/null" [characterDevice 1:3 666 0:0]
    14. make device "/dev/zero" [characterDevice 1:5 666 0:0]
    15. make device "/dev/full" [characterDevice 1:7 666 0:0]
    16. make device "/dev/random" [characterDevice 1:8 666 0:0]
    17. make device "/dev/urandom" [characterDevice 1:9 666 0:0]
    18. make device "/dev/tty" [characterDevice 5:0 666 0:0]
    19. link "/dev/fd" to "/proc/self/fd"
    20. link "/dev/stdin" to "/proc/self/fd/0"
    21. link "/dev/stdout" to "/proc/self/fd/1"
    22. link "/dev/stderr" to "/proc/self/fd/2"
    23. link "/dev/ptmx" to "pts/ptmx"
    24. link "/dev/core" to "/proc/kcore"
    25. wait for the supervisor
    26. enter the new network namespace
    27. join 1 cgroup hierarchies [/cg/cpu,cpuacct/web/tasks]
    28. reset CPU affinity
    29. make a cgroup namespace
    30. mount sysfs "sysfs" on "/sys" [ro,nosuid,nodev,noexec; no link]
    31. mount cgroups on "/sys/fs/cgroup" [ro,nosuid,nodev,noexec,relatime; cpu,cpuacct: cgroup \
    cpu,cpuacct; unified: cgroup2 ; cpu→cpu,cpuacct; cpuacct→cpu,cpuacct]
    32. make directory "/"
    33. set hostname "apus"
    34. make path "/proc/bus" read-only
    35. make path "/proc/fs" read-only
    36. make path "/proc/irq" read-only
    37. make path "/proc/sys" read-only
    38. make path "/proc/sysrq-trigger" read-only
    39. mask path "/proc/acpi"
    40. mask path "/proc/asound"
    41. mask path "/proc/kcore"
    42. mask path "/proc/keys"
    43. mask path "/proc/latency_stats"
    44. mask path "/proc/timer_list"
    45. mask path "/proc/timer_stats"
    46. mask path "/proc/sched_debug"
    47. mask path "/sys/firmware"
    48. mask path "/proc/scsi"
    49. make "/" read-only
    50. pivot root
    51. wait until lo is up
    52. set rlimit RLIMIT_NOFILE to 1024:1024
    53. reset signals
    54. close descriptors [from 3]
    55. set no_new_privs
    56. chdir to cwd ("/") set in config.json [as root]
    57. drop capabilities from the bounding set [keep kill,net_bind_service,audit_write]
    58. set group 0 and 0 additional groups
    59. set user 0
    60. chdir to cwd ("/") set in config.json [as the user]
    61. set capabilities [effective kill,net_bind_service,audit_write; permitted \
    kill,net_bind_service,audit_write; inheritable none; ambient none]
    62. set umask 22
    63. find the home of user 0
    64. exec: "sh" [/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin]
    65. let HUP, INT and TERM end it
    66. report readiness
    67. wait for start
    68. exec sh [PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM=xterm]

    """

  static let engine = """
    new: pid mount ipc uts
    1. close inherited descriptors [from 3]
    2. prevent tracing
    3. set oom_score_adj to 100
    4. join network namespace "/run/netns/web"
    5. start a session
    6. join session keyring "_ses.web"
    7. set umask 0
    8. set propagation of the mount tree [slave,recursive]
    9. bind rootfs "/bundle/rootfs" [private]
    10. mount proc "proc" on "/proc" [nosuid,nodev,noexec; no link]
    11. mount tmpfs "tmpfs" on "/dev" [nosuid,strictatime; mode=755]
    12. mount devpts "devpts" on "/dev/pts" [nosuid,noexec; newinstance]
    13. wait for the supervisor
    14. join 1 cgroup hierarchies [/cg/cpu,cpuacct/web/tasks]
    15. reset CPU affinity
    16. make a cgroup namespace
    17. mount cgroups on "/sys/fs/cgroup" [ro,nosuid,nodev,noexec; cpu,cpuacct: cgroup cpu,cpuacct; \
    unified: cgroup2 ; cpu→cpu,cpuacct; cpuacct→cpu,cpuacct]
    18. bind "/state/hosts" to "/etc/hosts" [recursive; private,recursive]
    19. bind "/srv/data" to "/data" [recursive; set ro,noatime; clear atime; private,recursive]
    20. make device "/dev/zero" [characterDevice 1:5 666 0:0]
    21. make device "/dev/full" [characterDevice 1:7 666 0:0]
    22. make device "/dev/random" [characterDevice 1:8 666 0:0]
    23. make device "/dev/urandom" [characterDevice 1:9 666 0:0]
    24. make device "/dev/tty" [characterDevice 5:0 666 0:0]
    25. make device "/dev/fuse" [characterDevice 10:229 660 1000:100]
    26. make device "/dev/null" [characterDevice 1:3 666 0:0]
    27. link "/dev/fd" to "/proc/self/fd"
    28. link "/dev/stdin" to "/proc/self/fd/0"
    29. link "/dev/stdout" to "/proc/self/fd/1"
    30. link "/dev/stderr" to "/proc/self/fd/2"
    31. link "/dev/ptmx" to "pts/ptmx"
    32. link "/dev/core" to "/proc/kcore"
    33. make directory "/srv"
    34. set hostname "web"
    35. set domainname "lan"
    36. set sysctl "kernel.msgmax" to "8192"
    37. set sysctl "net.ipv4.ip_unprivileged_port_start" to "0"
    38. make "/dev" read-only
    39. make path "/proc/sys" read-only
    40. make path "/proc/bus" read-only
    41. mask path "/proc/kcore"
    42. mask path "/proc/sys"
    43. make "/" read-only
    44. pivot root
    45. set rlimit RLIMIT_NOFILE to 1024:4096
    46. give stdio to user 1000
    47. reset signals
    48. close descriptors [from 3]
    49. chdir to cwd ("/srv") set in config.json [as root]
    50. drop capabilities from the bounding set [keep chown,net_bind_service]
    51. keep capabilities over the change of user [on]
    52. set group 100 and 2 additional groups [10,20]
    53. set user 1000
    54. keep capabilities over the change of user [off]
    55. chdir to cwd ("/srv") set in config.json [as the user]
    56. set umask 22
    57. find the home of user 1000
    58. exec: "nginx" [/usr/sbin:/usr/bin]
    59. let HUP, INT and TERM end it
    60. report readiness
    61. wait for start
    62. raise capabilities for the seccomp filter
    63. install the seccomp filter
    64. set capabilities [effective net_bind_service; permitted chown,net_bind_service; inheritable \
    net_bind_service; ambient net_bind_service]
    65. exec nginx [-g daemon off; PATH=/usr/sbin:/usr/bin HOSTNAME=web]

    """

  static let shared = """
    new: mount
    1. close inherited descriptors [from 3]
    2. prevent tracing
    3. join ipc namespace "/proc/7/ns/ipc"
    4. start a session
    5. join session keyring "_ses.web"
    6. set umask 0
    7. set propagation of the mount tree [shared,recursive]
    8. make the mount that holds rootfs "/bundle/rootfs" private
    9. bind rootfs "/bundle/rootfs"
    10. bind "/mnt" to "/mnt" [recursive; set all ro; shared,recursive]
    11. wait for the supervisor
    12. join 1 cgroup hierarchies [/cg/cpu,cpuacct/web/tasks]
    13. reset CPU affinity
    14. mount cgroups on "/sys/fs/cgroup" [nosuid; cpu,cpuacct: bind /cg/cpu,cpuacct/web; unified: bind \
    /cg/unified/web; cpu→cpu,cpuacct; cpuacct→cpu,cpuacct]
    15. bind "/dev" to "/dev" [recursive]
    16. make directory "/"
    17. pivot root
    18. set rootfs propagation [shared]
    19. reset signals
    20. close descriptors [from 3]
    21. chdir to cwd ("/") set in config.json [as root]
    22. drop capabilities from the bounding set [keep none]
    23. set group 0 and 0 additional groups
    24. set user 0
    25. chdir to cwd ("/") set in config.json [as the user]
    26. set capabilities [effective none; permitted none; inheritable none; ambient none]
    27. set umask 22
    28. find the home of user 0
    29. exec: "/bin/true"
    30. let HUP, INT and TERM end it
    31. report readiness
    32. wait for start
    33. exec /bin/true

    """

  static let terminal = """
    new: pid mount
    1. close inherited descriptors [from 3]
    2. prevent tracing
    3. start a session
    4. join session keyring "_ses.web"
    5. set umask 0
    6. set propagation of the mount tree [slave,recursive]
    7. bind rootfs "/bundle/rootfs" [private]
    8. wait for the supervisor
    9. join 1 cgroup hierarchies [/cg/cpu,cpuacct/web/tasks]
    10. reset CPU affinity
    11. make device "/dev/null" [characterDevice 1:3 666 0:0]
    12. make device "/dev/zero" [characterDevice 1:5 666 0:0]
    13. make device "/dev/full" [characterDevice 1:7 666 0:0]
    14. make device "/dev/random" [characterDevice 1:8 666 0:0]
    15. make device "/dev/urandom" [characterDevice 1:9 666 0:0]
    16. make device "/dev/tty" [characterDevice 5:0 666 0:0]
    17. link "/dev/fd" to "/proc/self/fd"
    18. link "/dev/stdin" to "/proc/self/fd/0"
    19. link "/dev/stdout" to "/proc/self/fd/1"
    20. link "/dev/stderr" to "/proc/self/fd/2"
    21. link "/dev/ptmx" to "pts/ptmx"
    22. link "/dev/core" to "/proc/kcore"
    23. open the container's terminal [80x24 user 1000, is the console]
    24. make directory "/home"
    25. pivot root
    26. reset signals
    27. close descriptors [from 3]
    28. set no_new_privs
    29. chdir to cwd ("/home") set in config.json [as root]
    30. drop capabilities from the bounding set [keep none]
    31. keep capabilities over the change of user [on]
    32. set group 100 and 0 additional groups
    33. set user 1000
    34. keep capabilities over the change of user [off]
    35. chdir to cwd ("/home") set in config.json [as the user]
    36. set capabilities [effective none; permitted none; inheritable none; ambient none]
    37. set umask 22
    38. find the home of user 1000
    39. exec: "sh" [/bin]
    40. let HUP, INT and TERM end it
    41. report readiness
    42. wait for start
    43. install the seccomp filter
    44. exec sh [PATH=/bin]

    """

  static let runWithoutPivot = """
    new: mount
    1. close inherited descriptors [from 5]
    2. prevent tracing
    3. start a session
    4. set umask 0
    5. set propagation of the mount tree [slave,recursive]
    6. bind rootfs "/bundle/rootfs" [private]
    7. wait for the supervisor
    8. join 1 cgroup hierarchies [/cg/cpu,cpuacct/web/tasks]
    9. reset CPU affinity
    10. make device "/dev/null" [characterDevice 1:3 666 0:0]
    11. make device "/dev/zero" [characterDevice 1:5 666 0:0]
    12. make device "/dev/full" [characterDevice 1:7 666 0:0]
    13. make device "/dev/random" [characterDevice 1:8 666 0:0]
    14. make device "/dev/urandom" [characterDevice 1:9 666 0:0]
    15. make device "/dev/tty" [characterDevice 5:0 666 0:0]
    16. link "/dev/fd" to "/proc/self/fd"
    17. link "/dev/stdin" to "/proc/self/fd/0"
    18. link "/dev/stdout" to "/proc/self/fd/1"
    19. link "/dev/stderr" to "/proc/self/fd/2"
    20. link "/dev/ptmx" to "pts/ptmx"
    21. link "/dev/core" to "/proc/kcore"
    22. make directory "/"
    23. hide the host's procfs and sysfs
    24. change root
    25. reset signals
    26. close descriptors [from 5]
    27. chdir to cwd ("/") set in config.json [as root]
    28. drop capabilities from the bounding set [keep none]
    29. set group 0 and 0 additional groups
    30. set user 0
    31. chdir to cwd ("/") set in config.json [as the user]
    32. set capabilities [effective none; permitted none; inheritable none; ambient none]
    33. set umask 22
    34. find the home of user 0
    35. exec: "/bin/true"
    36. report readiness
    37. exec /bin/true

    """

  static let execTerminal = """
    new: none
    1. close inherited descriptors [from 3]
    2. prevent tracing
    3. join 1 cgroup hierarchies [/cg/cpu,cpuacct/web/tasks]
    4. reset CPU affinity
    5. join the container's namespaces [network mount ipc uts cgroup]
    6. start a session
    7. join session keyring "_ses.web"
    8. open the container's terminal [132x50 user 1000]
    9. reset signals
    10. close descriptors [from 3]
    11. chdir to cwd ("/srv") set in config.json [as root]
    12. drop capabilities from the bounding set [keep kill]
    13. keep capabilities over the change of user [on]
    14. set group 100 and 0 additional groups
    15. set user 1000
    16. keep capabilities over the change of user [off]
    17. chdir to cwd ("/srv") set in config.json [as the user]
    18. set umask 22
    19. find the home of user 1000
    20. exec: "sh" [/bin]
    21. report readiness
    22. raise capabilities for the seccomp filter
    23. install the seccomp filter
    24. set capabilities [effective kill; permitted kill; inheritable none; ambient none]
    25. exec sh [-i PATH=/bin TERM=xterm]

    """

  static let execPlain = """
    new: none
    1. close inherited descriptors [from 4]
    2. prevent tracing
    3. join 1 cgroup hierarchies [/cg/cpu,cpuacct/web/tasks]
    4. reset CPU affinity
    5. start a session
    6. join session keyring "_ses.web"
    7. reset signals
    8. close descriptors [from 4]
    9. set no_new_privs
    10. chdir to cwd ("/") set in config.json [as root]
    11. drop capabilities from the bounding set [keep none]
    12. set group 0 and 0 additional groups
    13. set user 0
    14. chdir to cwd ("/") set in config.json [as the user]
    15. set capabilities [effective none; permitted none; inheritable none; ambient none]
    16. set umask 22
    17. find the home of user 0
    18. exec: "/bin/true"
    19. report readiness
    20. install the seccomp filter
    21. exec /bin/true

    """

  static let userNamespace = """
    new: pid mount user
    forerunner: 1 to 2
    1. prevent tracing
    2. join network namespace "/run/netns/web"
    3. close inherited descriptors [from 3]
    4. prevent tracing
    5. enter a time namespace, boottime 86400 0, monotonic -1 5
    6. wait for the mappings of the user namespace
    7. set umask 0
    8. set propagation of the mount tree [slave,recursive]
    9. bind rootfs "/bundle/rootfs" [private]
    10. open bind source "/sys" [recursive, held 1]
    11. open bind source "/srv/data" [recursive, held 2]
    12. become root of the user namespace [without groups]
    13. prevent tracing
    14. make an ipc namespace
    15. start a session
    16. join session keyring "_ses.web"
    17. mount proc "proc" on "/proc" [no link]
    18. bind "/sys" to "/sys" [held 1; set ro,nosuid; set all ro,nosuid,nodev,noexec]
    19. bind "/srv/data" to "/data" [held 2; set ro]
    20. wait for the supervisor
    21. join 0 cgroup hierarchies
    22. reset CPU affinity
    23. make a cgroup namespace
    24. bind the host's device "/dev/null" [characterDevice 1:3 666 0:0]
    25. bind the host's device "/dev/zero" [characterDevice 1:5 666 0:0]
    26. bind the host's device "/dev/full" [characterDevice 1:7 666 0:0]
    27. bind the host's device "/dev/random" [characterDevice 1:8 666 0:0]
    28. bind the host's device "/dev/urandom" [characterDevice 1:9 666 0:0]
    29. bind the host's device "/dev/tty" [characterDevice 5:0 666 0:0]
    30. make device "/dev/pipe" [fifo 0:0 666 0:0]
    31. bind the device "/dev/disk" that was made outside [blockDevice 8:1 660 0:6, held 4]
    32. link "/dev/fd" to "/proc/self/fd"
    33. link "/dev/stdin" to "/proc/self/fd/0"
    34. link "/dev/stdout" to "/proc/self/fd/1"
    35. link "/dev/stderr" to "/proc/self/fd/2"
    36. link "/dev/ptmx" to "pts/ptmx"
    37. link "/dev/core" to "/proc/kcore"
    38. make directory "/"
    39. pivot root
    40. reset signals
    41. close descriptors [from 3]
    42. chdir to cwd ("/") set in config.json [as root]
    43. drop capabilities from the bounding set [keep none]
    44. keep capabilities over the change of user [on]
    45. set group 100 and 0 additional groups
    46. set user 1000
    47. keep capabilities over the change of user [off]
    48. chdir to cwd ("/") set in config.json [as the user]
    49. set capabilities [effective none; permitted none; inheritable none; ambient none]
    50. set umask 22
    51. find the home of user 1000
    52. exec: "/bin/true"
    53. let HUP, INT and TERM end it
    54. report readiness
    55. wait for start
    56. exec /bin/true

    """
  static let rootless = """
    new: mount user
    1. close inherited descriptors [from 3]
    2. wait for the mappings of the user namespace
    3. set umask 0
    4. set propagation of the mount tree [slave,recursive]
    5. bind rootfs "/bundle/rootfs" [private]
    6. become root of the user namespace [groups cannot be set]
    7. prevent tracing
    8. start a session
    9. join session keyring "_ses.web"
    10. wait for the supervisor
    11. join 0 cgroup hierarchies
    12. reset CPU affinity
    13. bind the host's device "/dev/null" [characterDevice 1:3 666 0:0]
    14. bind the host's device "/dev/zero" [characterDevice 1:5 666 0:0]
    15. bind the host's device "/dev/full" [characterDevice 1:7 666 0:0]
    16. bind the host's device "/dev/random" [characterDevice 1:8 666 0:0]
    17. bind the host's device "/dev/urandom" [characterDevice 1:9 666 0:0]
    18. bind the host's device "/dev/tty" [characterDevice 5:0 666 0:0]
    19. link "/dev/fd" to "/proc/self/fd"
    20. link "/dev/stdin" to "/proc/self/fd/0"
    21. link "/dev/stdout" to "/proc/self/fd/1"
    22. link "/dev/stderr" to "/proc/self/fd/2"
    23. link "/dev/ptmx" to "pts/ptmx"
    24. link "/dev/core" to "/proc/kcore"
    25. make directory "/"
    26. pivot root
    27. reset signals
    28. close descriptors [from 3]
    29. chdir to cwd ("/") set in config.json [as root]
    30. drop capabilities from the bounding set [keep none]
    31. set group 0
    32. set user 0
    33. chdir to cwd ("/") set in config.json [as the user]
    34. set capabilities [effective none; permitted none; inheritable none; ambient none]
    35. set umask 22
    36. find the home of user 0
    37. exec: "/bin/true"
    38. let HUP, INT and TERM end it
    39. report readiness
    40. wait for start
    41. exec /bin/true

    """
  static let rootlessJoined = """
    new: mount
    forerunner: 1 to 4
    1. set oom_score_adj to 100
    2. prevent tracing
    3. join user namespace "/proc/7/ns/user"
    4. join pid namespace "/proc/7/ns/pid"
    5. close inherited descriptors [from 3]
    6. prevent tracing
    7. wait for the mappings of the user namespace
    8. set umask 0
    9. set propagation of the mount tree [slave,recursive]
    10. bind rootfs "/bundle/rootfs" [private]
    11. become root of the user namespace [groups cannot be set]
    12. prevent tracing
    13. start a session
    14. join session keyring "_ses.web"
    15. wait for the supervisor
    16. join 0 cgroup hierarchies
    17. reset CPU affinity
    18. bind the host's device "/dev/null" [characterDevice 1:3 666 0:0]
    19. bind the host's device "/dev/zero" [characterDevice 1:5 666 0:0]
    20. bind the host's device "/dev/full" [characterDevice 1:7 666 0:0]
    21. bind the host's device "/dev/random" [characterDevice 1:8 666 0:0]
    22. bind the host's device "/dev/urandom" [characterDevice 1:9 666 0:0]
    23. bind the host's device "/dev/tty" [characterDevice 5:0 666 0:0]
    24. link "/dev/fd" to "/proc/self/fd"
    25. link "/dev/stdin" to "/proc/self/fd/0"
    26. link "/dev/stdout" to "/proc/self/fd/1"
    27. link "/dev/stderr" to "/proc/self/fd/2"
    28. link "/dev/ptmx" to "pts/ptmx"
    29. link "/dev/core" to "/proc/kcore"
    30. make directory "/"
    31. pivot root
    32. reset signals
    33. close descriptors [from 3]
    34. chdir to cwd ("/") set in config.json [as root]
    35. drop capabilities from the bounding set [keep none]
    36. set group 0
    37. set user 0
    38. chdir to cwd ("/") set in config.json [as the user]
    39. set capabilities [effective none; permitted none; inheritable none; ambient none]
    40. set umask 22
    41. find the home of user 0
    42. exec: "/bin/true"
    43. let HUP, INT and TERM end it
    44. report readiness
    45. wait for start
    46. exec /bin/true

    """

  static let execInAUserNamespace = """
    new: none
    forerunner: 1 to 4
    1. prevent tracing
    2. join 1 cgroup hierarchies [/cg/cpu,cpuacct/web/tasks]
    3. reset CPU affinity
    4. join the container's namespaces [pid user]
    5. close inherited descriptors [from 3]
    6. join the container's namespaces [mount]
    7. become root of the user namespace [without groups]
    8. prevent tracing
    9. start a session
    10. join session keyring "_ses.web"
    11. reset signals
    12. close descriptors [from 3]
    13. set no_new_privs
    14. chdir to cwd ("/") set in config.json [as root]
    15. drop capabilities from the bounding set [keep none]
    16. set group 0 and 0 additional groups
    17. set user 0
    18. chdir to cwd ("/") set in config.json [as the user]
    19. set capabilities [effective none; permitted none; inheritable none; ambient none]
    20. set umask 22
    21. find the home of user 0
    22. exec: "/bin/true"
    23. report readiness
    24. exec /bin/true

    """
}
