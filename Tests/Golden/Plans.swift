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
    7. bind rootfs "/bundle/rootfs"
    8. wait for the supervisor
    9. join 1 cgroup hierarchies [/cg/cpu,cpuacct/web/tasks]
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
    22. make directory "/srv"
    23. wait for the runtime's hooks
    24. run createContainer hook #0 "/h/one" [/bundle/rootfs 5 s /h/one {"ociVersion":"1.3.0","id":"web","status":"creating","bundle":"/bundle","pid":7} ; set umask 22]
    25. run createContainer hook #1 "/h/two" [/bundle/rootfs two x A=b {"ociVersion":"1.3.0","id":"web","status":"creating","bundle":"/bundle","pid":7} ; set umask 22]
    26. set hostname "web"
    27. mask path "/proc/kcore"
    28. make "/" read-only
    29. pivot root
    30. give stdio to user 1000
    31. reset signals
    32. close descriptors [from 3]
    33. chdir to cwd ("/srv") set in config.json [as root]
    34. drop capabilities from the bounding set [keep none]
    35. keep capabilities over the change of user [on]
    36. set group 100 and 0 additional groups
    37. set user 1000
    38. keep capabilities over the change of user [off]
    39. chdir to cwd ("/srv") set in config.json [as the user]
    40. set umask 22
    41. exec: "/bin/true"
    42. report readiness
    43. wait for start
    44. run startContainer hook #0 "/start" [/start {"ociVersion":"1.3.0","id":"web","status":"created","bundle":"/bundle","pid":7} ; raise capabilities for the seccomp filter ; install the seccomp filter ; set capabilities]
    45. raise capabilities for the seccomp filter
    46. install the seccomp filter
    47. set capabilities [effective none; permitted none; inheritable none; ambient none]
    48. exec /bin/true

    """

  static let minimal = """
    new: mount
    1. close inherited descriptors [from 3]
    2. prevent tracing
    3. start a session
    4. join session keyring "_ses.web"
    5. set umask 0
    6. set propagation of the mount tree [slave,recursive]
    7. bind rootfs "/bundle/rootfs"
    8. wait for the supervisor
    9. join 1 cgroup hierarchies [/cg/cpu,cpuacct/web/tasks]
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
    23. pivot root
    24. reset signals
    25. close descriptors [from 3]
    26. chdir to cwd ("/") set in config.json [as root]
    27. drop capabilities from the bounding set [keep none]
    28. set group 0 and 0 additional groups
    29. set user 0
    30. chdir to cwd ("/") set in config.json [as the user]
    31. set capabilities [effective none; permitted none; inheritable none; ambient none]
    32. set umask 22
    33. exec: "/bin/true"
    34. report readiness
    35. wait for start
    36. exec /bin/true

    """

  static let defaultBundle = """
    new: pid mount ipc uts
    1. close inherited descriptors [from 3]
    2. prevent tracing
    3. start a session
    4. join session keyring "_ses.web"
    5. enter the new network namespace
    6. set umask 0
    7. set propagation of the mount tree [slave,recursive]
    8. bind rootfs "/bundle/rootfs"
    9. mount proc "proc" on "/proc" [no link]
    10. mount tmpfs "tmpfs" on "/dev" [nosuid,strictatime; mode=755,size=65536k]
    11. mount devpts "devpts" on "/dev/pts" [nosuid,noexec; newinstance,ptmxmode=0666,mode=0620,gid=5]
    12. mount tmpfs "shm" on "/dev/shm" [nosuid,nodev,noexec; mode=1777,size=65536k]
    13. mount mqueue "mqueue" on "/dev/mqueue" [nosuid,nodev,noexec]
    14. mount sysfs "sysfs" on "/sys" [ro,nosuid,nodev,noexec; no link]
    15. wait for the supervisor
    16. join 1 cgroup hierarchies [/cg/cpu,cpuacct/web/tasks]
    17. make a cgroup namespace
    18. mount cgroups on "/sys/fs/cgroup" [ro,nosuid,nodev,noexec,relatime; cpu,cpuacct: cgroup \
    cpu,cpuacct; unified: cgroup2 ; cpu→cpu,cpuacct; cpuacct→cpu,cpuacct]
    19. make device "/dev/null" [characterDevice 1:3 666 0:0]
    20. make device "/dev/zero" [characterDevice 1:5 666 0:0]
    21. make device "/dev/full" [characterDevice 1:7 666 0:0]
    22. make device "/dev/random" [characterDevice 1:8 666 0:0]
    23. make device "/dev/urandom" [characterDevice 1:9 666 0:0]
    24. make device "/dev/tty" [characterDevice 5:0 666 0:0]
    25. link "/dev/fd" to "/proc/self/fd"
    26. link "/dev/stdin" to "/proc/self/fd/0"
    27. link "/dev/stdout" to "/proc/self/fd/1"
    28. link "/dev/stderr" to "/proc/self/fd/2"
    29. link "/dev/ptmx" to "pts/ptmx"
    30. link "/dev/core" to "/proc/kcore"
    31. make directory "/"
    32. set hostname "apus"
    33. make path "/proc/bus" read-only
    34. make path "/proc/fs" read-only
    35. make path "/proc/irq" read-only
    36. make path "/proc/sys" read-only
    37. make path "/proc/sysrq-trigger" read-only
    38. mask path "/proc/acpi"
    39. mask path "/proc/asound"
    40. mask path "/proc/kcore"
    41. mask path "/proc/keys"
    42. mask path "/proc/latency_stats"
    43. mask path "/proc/timer_list"
    44. mask path "/proc/timer_stats"
    45. mask path "/proc/sched_debug"
    46. mask path "/sys/firmware"
    47. mask path "/proc/scsi"
    48. make "/" read-only
    49. pivot root
    50. set rlimit RLIMIT_NOFILE to 1024:1024
    51. reset signals
    52. close descriptors [from 3]
    53. set no_new_privs
    54. chdir to cwd ("/") set in config.json [as root]
    55. drop capabilities from the bounding set [keep kill,net_bind_service,audit_write]
    56. set group 0 and 0 additional groups
    57. set user 0
    58. chdir to cwd ("/") set in config.json [as the user]
    59. set capabilities [effective kill,net_bind_service,audit_write; permitted \
    kill,net_bind_service,audit_write; inheritable none; ambient none]
    60. set umask 22
    61. exec: "sh" [/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin]
    62. report readiness
    63. wait for start
    64. exec sh [PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin TERM=xterm]

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
    9. bind rootfs "/bundle/rootfs"
    10. mount proc "proc" on "/proc" [nosuid,nodev,noexec; no link]
    11. mount tmpfs "tmpfs" on "/dev" [nosuid,strictatime; mode=755]
    12. mount devpts "devpts" on "/dev/pts" [nosuid,noexec; newinstance]
    13. wait for the supervisor
    14. join 1 cgroup hierarchies [/cg/cpu,cpuacct/web/tasks]
    15. make a cgroup namespace
    16. mount cgroups on "/sys/fs/cgroup" [ro,nosuid,nodev,noexec; cpu,cpuacct: cgroup cpu,cpuacct; \
    unified: cgroup2 ; cpu→cpu,cpuacct; cpuacct→cpu,cpuacct]
    17. bind "/state/hosts" to "/etc/hosts" [recursive; private,recursive]
    18. bind "/srv/data" to "/data" [recursive; set ro,noatime; clear atime; private,recursive]
    19. make device "/dev/zero" [characterDevice 1:5 666 0:0]
    20. make device "/dev/full" [characterDevice 1:7 666 0:0]
    21. make device "/dev/random" [characterDevice 1:8 666 0:0]
    22. make device "/dev/urandom" [characterDevice 1:9 666 0:0]
    23. make device "/dev/tty" [characterDevice 5:0 666 0:0]
    24. make device "/dev/fuse" [characterDevice 10:229 660 1000:100]
    25. make device "/dev/null" [characterDevice 1:3 666 0:0]
    26. link "/dev/fd" to "/proc/self/fd"
    27. link "/dev/stdin" to "/proc/self/fd/0"
    28. link "/dev/stdout" to "/proc/self/fd/1"
    29. link "/dev/stderr" to "/proc/self/fd/2"
    30. link "/dev/ptmx" to "pts/ptmx"
    31. link "/dev/core" to "/proc/kcore"
    32. make directory "/srv"
    33. set hostname "web"
    34. set domainname "lan"
    35. set sysctl "kernel.msgmax" to "8192"
    36. set sysctl "net.ipv4.ip_unprivileged_port_start" to "0"
    37. make "/dev" read-only
    38. make path "/proc/sys" read-only
    39. make path "/proc/bus" read-only
    40. mask path "/proc/kcore"
    41. mask path "/proc/sys"
    42. make "/" read-only
    43. pivot root
    44. set rlimit RLIMIT_NOFILE to 1024:4096
    45. give stdio to user 1000
    46. reset signals
    47. close descriptors [from 3]
    48. chdir to cwd ("/srv") set in config.json [as root]
    49. drop capabilities from the bounding set [keep chown,net_bind_service]
    50. keep capabilities over the change of user [on]
    51. set group 100 and 2 additional groups [10,20]
    52. set user 1000
    53. keep capabilities over the change of user [off]
    54. chdir to cwd ("/srv") set in config.json [as the user]
    55. set umask 22
    56. exec: "nginx" [/usr/sbin:/usr/bin]
    57. report readiness
    58. wait for start
    59. raise capabilities for the seccomp filter
    60. install the seccomp filter
    61. set capabilities [effective net_bind_service; permitted chown,net_bind_service; inheritable \
    net_bind_service; ambient net_bind_service]
    62. exec nginx [-g daemon off; PATH=/usr/sbin:/usr/bin HOSTNAME=web]

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
    13. mount cgroups on "/sys/fs/cgroup" [nosuid; cpu,cpuacct: bind /cg/cpu,cpuacct/web; unified: bind \
    /cg/unified/web; cpu→cpu,cpuacct; cpuacct→cpu,cpuacct]
    14. bind "/dev" to "/dev" [recursive]
    15. make directory "/"
    16. pivot root
    17. set rootfs propagation [shared]
    18. reset signals
    19. close descriptors [from 3]
    20. chdir to cwd ("/") set in config.json [as root]
    21. drop capabilities from the bounding set [keep none]
    22. set group 0 and 0 additional groups
    23. set user 0
    24. chdir to cwd ("/") set in config.json [as the user]
    25. set capabilities [effective none; permitted none; inheritable none; ambient none]
    26. set umask 22
    27. exec: "/bin/true"
    28. report readiness
    29. wait for start
    30. exec /bin/true

    """

  static let terminal = """
    new: pid mount
    1. close inherited descriptors [from 3]
    2. prevent tracing
    3. start a session
    4. join session keyring "_ses.web"
    5. set umask 0
    6. set propagation of the mount tree [slave,recursive]
    7. bind rootfs "/bundle/rootfs"
    8. wait for the supervisor
    9. join 1 cgroup hierarchies [/cg/cpu,cpuacct/web/tasks]
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
    22. open the container's terminal [80x24 user 1000, is the console]
    23. make directory "/home"
    24. pivot root
    25. reset signals
    26. close descriptors [from 3]
    27. set no_new_privs
    28. chdir to cwd ("/home") set in config.json [as root]
    29. drop capabilities from the bounding set [keep none]
    30. keep capabilities over the change of user [on]
    31. set group 100 and 0 additional groups
    32. set user 1000
    33. keep capabilities over the change of user [off]
    34. chdir to cwd ("/home") set in config.json [as the user]
    35. set capabilities [effective none; permitted none; inheritable none; ambient none]
    36. set umask 22
    37. exec: "sh" [/bin]
    38. report readiness
    39. wait for start
    40. install the seccomp filter
    41. exec sh [PATH=/bin]

    """

  static let runWithoutPivot = """
    new: mount
    1. close inherited descriptors [from 5]
    2. prevent tracing
    3. start a session
    4. set umask 0
    5. set propagation of the mount tree [slave,recursive]
    6. bind rootfs "/bundle/rootfs"
    7. wait for the supervisor
    8. join 1 cgroup hierarchies [/cg/cpu,cpuacct/web/tasks]
    9. make device "/dev/null" [characterDevice 1:3 666 0:0]
    10. make device "/dev/zero" [characterDevice 1:5 666 0:0]
    11. make device "/dev/full" [characterDevice 1:7 666 0:0]
    12. make device "/dev/random" [characterDevice 1:8 666 0:0]
    13. make device "/dev/urandom" [characterDevice 1:9 666 0:0]
    14. make device "/dev/tty" [characterDevice 5:0 666 0:0]
    15. link "/dev/fd" to "/proc/self/fd"
    16. link "/dev/stdin" to "/proc/self/fd/0"
    17. link "/dev/stdout" to "/proc/self/fd/1"
    18. link "/dev/stderr" to "/proc/self/fd/2"
    19. link "/dev/ptmx" to "pts/ptmx"
    20. link "/dev/core" to "/proc/kcore"
    21. make directory "/"
    22. change root
    23. reset signals
    24. close descriptors [from 5]
    25. chdir to cwd ("/") set in config.json [as root]
    26. drop capabilities from the bounding set [keep none]
    27. set group 0 and 0 additional groups
    28. set user 0
    29. chdir to cwd ("/") set in config.json [as the user]
    30. set capabilities [effective none; permitted none; inheritable none; ambient none]
    31. set umask 22
    32. exec: "/bin/true"
    33. report readiness
    34. exec /bin/true

    """

  static let execTerminal = """
    new: none
    1. close inherited descriptors [from 3]
    2. prevent tracing
    3. join 1 cgroup hierarchies [/cg/cpu,cpuacct/web/tasks]
    4. join the container's namespaces [network mount ipc uts cgroup]
    5. start a session
    6. join session keyring "_ses.web"
    7. open the container's terminal [132x50 user 1000]
    8. reset signals
    9. close descriptors [from 3]
    10. chdir to cwd ("/srv") set in config.json [as root]
    11. drop capabilities from the bounding set [keep kill]
    12. keep capabilities over the change of user [on]
    13. set group 100 and 0 additional groups
    14. set user 1000
    15. keep capabilities over the change of user [off]
    16. chdir to cwd ("/srv") set in config.json [as the user]
    17. set umask 22
    18. exec: "sh" [/bin]
    19. report readiness
    20. raise capabilities for the seccomp filter
    21. install the seccomp filter
    22. set capabilities [effective kill; permitted kill; inheritable none; ambient none]
    23. exec sh [-i PATH=/bin TERM=xterm]

    """

  static let execPlain = """
    new: none
    1. close inherited descriptors [from 4]
    2. prevent tracing
    3. join 1 cgroup hierarchies [/cg/cpu,cpuacct/web/tasks]
    4. start a session
    5. join session keyring "_ses.web"
    6. reset signals
    7. close descriptors [from 4]
    8. set no_new_privs
    9. chdir to cwd ("/") set in config.json [as root]
    10. drop capabilities from the bounding set [keep none]
    11. set group 0 and 0 additional groups
    12. set user 0
    13. chdir to cwd ("/") set in config.json [as the user]
    14. set capabilities [effective none; permitted none; inheritable none; ambient none]
    15. set umask 22
    16. exec: "/bin/true"
    17. report readiness
    18. install the seccomp filter
    19. exec /bin/true

    """

  static let userNamespace = """
    new: pid mount user
    forerunner: 1 to 1
    1. join network namespace "/run/netns/web"
    2. close inherited descriptors [from 3]
    3. prevent tracing
    4. enter a time namespace, boottime 86400 0, monotonic -1 5
    5. wait for the mappings of the user namespace
    6. set umask 0
    7. set propagation of the mount tree [slave,recursive]
    8. bind rootfs "/bundle/rootfs"
    9. open bind source "/sys" [recursive, held 1]
    10. open bind source "/srv/data" [recursive, held 2]
    11. become root of the user namespace [without groups]
    12. prevent tracing
    13. start a session
    14. join session keyring "_ses.web"
    15. mount proc "proc" on "/proc" [no link]
    16. bind "/sys" to "/sys" [held 1; set ro,nosuid; set all ro,nosuid,nodev,noexec]
    17. bind "/srv/data" to "/data" [held 2; set ro]
    18. wait for the supervisor
    19. join 0 cgroup hierarchies
    20. make a cgroup namespace
    21. bind the host's device "/dev/null" [characterDevice 1:3 666 0:0]
    22. bind the host's device "/dev/zero" [characterDevice 1:5 666 0:0]
    23. bind the host's device "/dev/full" [characterDevice 1:7 666 0:0]
    24. bind the host's device "/dev/random" [characterDevice 1:8 666 0:0]
    25. bind the host's device "/dev/urandom" [characterDevice 1:9 666 0:0]
    26. bind the host's device "/dev/tty" [characterDevice 5:0 666 0:0]
    27. make device "/dev/pipe" [fifo 0:0 666 0:0]
    28. link "/dev/fd" to "/proc/self/fd"
    29. link "/dev/stdin" to "/proc/self/fd/0"
    30. link "/dev/stdout" to "/proc/self/fd/1"
    31. link "/dev/stderr" to "/proc/self/fd/2"
    32. link "/dev/ptmx" to "pts/ptmx"
    33. link "/dev/core" to "/proc/kcore"
    34. make directory "/"
    35. pivot root
    36. reset signals
    37. close descriptors [from 3]
    38. chdir to cwd ("/") set in config.json [as root]
    39. drop capabilities from the bounding set [keep none]
    40. keep capabilities over the change of user [on]
    41. set group 100 and 0 additional groups
    42. set user 1000
    43. keep capabilities over the change of user [off]
    44. chdir to cwd ("/") set in config.json [as the user]
    45. set capabilities [effective none; permitted none; inheritable none; ambient none]
    46. set umask 22
    47. exec: "/bin/true"
    48. report readiness
    49. wait for start
    50. exec /bin/true

    """
  static let rootless = """
    new: mount user
    1. close inherited descriptors [from 3]
    2. wait for the mappings of the user namespace
    3. set umask 0
    4. set propagation of the mount tree [slave,recursive]
    5. bind rootfs "/bundle/rootfs"
    6. become root of the user namespace [groups cannot be set]
    7. prevent tracing
    8. start a session
    9. join session keyring "_ses.web"
    10. wait for the supervisor
    11. join 0 cgroup hierarchies
    12. bind the host's device "/dev/null" [characterDevice 1:3 666 0:0]
    13. bind the host's device "/dev/zero" [characterDevice 1:5 666 0:0]
    14. bind the host's device "/dev/full" [characterDevice 1:7 666 0:0]
    15. bind the host's device "/dev/random" [characterDevice 1:8 666 0:0]
    16. bind the host's device "/dev/urandom" [characterDevice 1:9 666 0:0]
    17. bind the host's device "/dev/tty" [characterDevice 5:0 666 0:0]
    18. link "/dev/fd" to "/proc/self/fd"
    19. link "/dev/stdin" to "/proc/self/fd/0"
    20. link "/dev/stdout" to "/proc/self/fd/1"
    21. link "/dev/stderr" to "/proc/self/fd/2"
    22. link "/dev/ptmx" to "pts/ptmx"
    23. link "/dev/core" to "/proc/kcore"
    24. make directory "/"
    25. pivot root
    26. reset signals
    27. close descriptors [from 3]
    28. chdir to cwd ("/") set in config.json [as root]
    29. drop capabilities from the bounding set [keep none]
    30. set group 0
    31. set user 0
    32. chdir to cwd ("/") set in config.json [as the user]
    33. set capabilities [effective none; permitted none; inheritable none; ambient none]
    34. set umask 22
    35. exec: "/bin/true"
    36. report readiness
    37. wait for start
    38. exec /bin/true

    """
  static let execInAUserNamespace = """
    new: none
    forerunner: 1 to 3
    1. prevent tracing
    2. join 1 cgroup hierarchies [/cg/cpu,cpuacct/web/tasks]
    3. join the container's namespaces [pid user]
    4. close inherited descriptors [from 3]
    5. join the container's namespaces [mount]
    6. become root of the user namespace [without groups]
    7. prevent tracing
    8. start a session
    9. join session keyring "_ses.web"
    10. reset signals
    11. close descriptors [from 3]
    12. set no_new_privs
    13. chdir to cwd ("/") set in config.json [as root]
    14. drop capabilities from the bounding set [keep none]
    15. set group 0 and 0 additional groups
    16. set user 0
    17. chdir to cwd ("/") set in config.json [as the user]
    18. set capabilities [effective none; permitted none; inheritable none; ambient none]
    19. set umask 22
    20. exec: "/bin/true"
    21. report readiness
    22. exec /bin/true

    """
}
