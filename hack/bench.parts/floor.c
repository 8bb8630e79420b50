// The floor under `run`: a C program that makes only the system calls that a default `runc spec` bundle needs, as
// the yardstick in `hack/bench run`. It reads no document and checks nothing but that each call succeeds.
// `floor [--cgroups] ROOTFS` runs ROOTFS's /bin/true; with --cgroups in a cgroup in every v1 hierarchy.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

static void check(long result, const char *what) {
  if (result != -1) return;
  fprintf(stderr, "floor: %s: %s\n", what, strerror(errno));
  _exit(125);
}

static void put(const char *path, const char *text) {
  int file = open(path, O_WRONLY | O_CLOEXEC);
  check(file, path);
  check(write(file, text, strlen(text)), path);
  close(file);
}

// The v1 hierarchies, as /proc/self/mountinfo names their mount points.
#define MOST_HIERARCHIES 32
static char *hierarchies[MOST_HIERARCHIES];
static int hierarchy_count;

static void find_hierarchies(void) {
  static char text[1 << 17];
  int file = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
  check(file, "mountinfo");
  size_t length = 0;
  for (ssize_t got; (got = read(file, text + length, sizeof text - 1 - length)) > 0;) length += (size_t)got;
  close(file);
  for (char *rest, *line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
    if (!strstr(line, " - cgroup ") || hierarchy_count == MOST_HIERARCHIES) continue;
    char *field, *point = strtok_r(line, " ", &field);
    for (int i = 0; i < 4; i++) point = strtok_r(NULL, " ", &field);
    hierarchies[hierarchy_count++] = point;
  }
}

static void make_cgroups(const char *name) {
  char path[512], value[64];
  find_hierarchies();
  for (int i = 0; i < hierarchy_count; i++) {
    snprintf(path, sizeof path, "%s/%s", hierarchies[i], name);
    check(mkdir(path, 0755), path);
    // A new cpuset takes no process before it has its parent's CPUs and nodes.
    for (const char *const *key = (const char *const[]){"cpus", "mems", NULL}; *key; key++) {
      snprintf(path, sizeof path, "%s/cpuset.%s", hierarchies[i], *key);
      int file = open(path, O_RDONLY | O_CLOEXEC);
      if (file == -1) break;
      ssize_t length = read(file, value, sizeof value - 1);
      check(length, path);
      close(file);
      value[length] = 0;
      snprintf(path, sizeof path, "%s/%s/cpuset.%s", hierarchies[i], name, *key);
      put(path, value);
    }
  }
}

static void join_cgroups(const char *name, pid_t pid) {
  char path[512], value[16];
  snprintf(value, sizeof value, "%d", pid);
  for (int i = 0; i < hierarchy_count; i++) {
    snprintf(path, sizeof path, "%s/%s/cgroup.procs", hierarchies[i], name);
    put(path, value);
  }
}

static void remove_cgroups(const char *name) {
  char path[512];
  for (int i = 0; i < hierarchy_count; i++) {
    snprintf(path, sizeof path, "%s/%s", hierarchies[i], name);
    check(rmdir(path), path);
  }
}

static void mount_at(const char *source, const char *target, const char *type, unsigned long flags, const char *data) {
  check(mkdir(target, 0755) == -1 && errno != EEXIST ? -1 : 0, target);
  check(mount(source, target, type, flags, data), target);
}

static void make_file_systems(const char *rootfs) {
  const unsigned long strict = MS_NOSUID | MS_NOEXEC | MS_NODEV;
  check(mount(NULL, "/", NULL, MS_REC | MS_SLAVE, NULL), "make mounts slaves");
  check(mount(rootfs, rootfs, NULL, MS_BIND | MS_REC, NULL), rootfs);
  check(chdir(rootfs), rootfs);
  mount_at("proc", "proc", "proc", 0, NULL);
  mount_at("tmpfs", "dev", "tmpfs", MS_NOSUID | MS_STRICTATIME, "mode=755,size=65536k");
  mount_at("devpts", "dev/pts", "devpts", MS_NOSUID | MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620,gid=5");
  mount_at("shm", "dev/shm", "tmpfs", strict, "mode=1777,size=65536k");
  mount_at("mqueue", "dev/mqueue", "mqueue", strict, NULL);
  mount_at("sysfs", "sys", "sysfs", strict | MS_RDONLY, NULL);
  // On v1, without a cgroup namespace for each hierarchy's mount, an empty directory is what costs least.
  mount_at("cgroup", "sys/fs/cgroup", "tmpfs", strict | MS_RDONLY, NULL);
}

static void make_devices(void) {
  static const struct { const char *path; unsigned major, minor; } nodes[] = {
      {"dev/null", 1, 3}, {"dev/zero", 1, 5}, {"dev/full", 1, 7}, {"dev/random", 1, 8}, {"dev/urandom", 1, 9}, {"dev/tty", 5, 0}};
  static const char *const links[][2] = {
      {"/proc/self/fd", "dev/fd"}, {"/proc/self/fd/0", "dev/stdin"}, {"/proc/self/fd/1", "dev/stdout"},
      {"/proc/self/fd/2", "dev/stderr"}, {"pts/ptmx", "dev/ptmx"}};
  for (size_t i = 0; i < sizeof nodes / sizeof *nodes; i++)
    check(mknod(nodes[i].path, S_IFCHR | 0666, makedev(nodes[i].major, nodes[i].minor)), nodes[i].path);
  for (size_t i = 0; i < sizeof links / sizeof *links; i++) check(symlink(links[i][0], links[i][1]), links[i][1]);
}

static void enter_root(void) {
  check(syscall(SYS_pivot_root, ".", "."), "pivot_root");
  check(umount2(".", MNT_DETACH), "detach the old root");
  check(chdir("/"), "/");
  check(mount(NULL, "/", NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL), "read-only root");
}

// What runc's default document lists; what the kernel does not have is passed over, as there.
static void restrict_paths(void) {
  static const char *const readonly[] = {"/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"};
  static const char *const masked[] = {"/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys", "/proc/latency_stats",
      "/proc/timer_list", "/proc/timer_stats", "/proc/sched_debug", "/sys/firmware", "/proc/scsi"};
  for (size_t i = 0; i < sizeof readonly / sizeof *readonly; i++) {
    if (mount(readonly[i], readonly[i], NULL, MS_BIND | MS_REC, NULL) == -1) {
      check(errno == ENOENT ? 0 : -1, readonly[i]);
      continue;
    }
    check(mount(NULL, readonly[i], NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL), readonly[i]);
  }
  for (size_t i = 0; i < sizeof masked / sizeof *masked; i++)
    if (mount("/dev/null", masked[i], NULL, MS_BIND, NULL) == -1 && errno != ENOENT)
      check(errno == ENOTDIR ? mount("tmpfs", masked[i], "tmpfs", MS_RDONLY, NULL) : -1, masked[i]);
}

static void drop_privileges(void) {
  // AUDIT_WRITE, KILL, NET_BIND_SERVICE: what `runc spec` keeps.
  const uint64_t kept = 1ULL << CAP_AUDIT_WRITE | 1ULL << CAP_KILL | 1ULL << CAP_NET_BIND_SERVICE;
  struct rlimit files = {1024, 1024};
  check(setrlimit(RLIMIT_NOFILE, &files), "rlimit");
  for (unsigned long capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
    if (!(kept >> capability & 1)) check(prctl(PR_CAPBSET_DROP, capability, 0, 0, 0), "bounding set");
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct sets[2] = {{(uint32_t)kept, (uint32_t)kept, 0}, {0, 0, 0}};
  check(syscall(SYS_capset, &header, sets), "capset");
  check(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no_new_privs");
}

static void contain(const char *rootfs, int gate, int cgroups) {
  char go;
  // With cgroups: not before this process is in them.
  if (cgroups) {
    check(read(gate, &go, 1) == 1 ? 0 : -1, "gate");
    check(unshare(CLONE_NEWCGROUP), "unshare");
  }
  make_file_systems(rootfs);
  make_devices();
  check(sethostname("floor", 5), "sethostname");
  enter_root();
  restrict_paths();
  drop_privileges();
  execve("/bin/true", (char *[]){"true", NULL}, (char *[]){"PATH=/bin", NULL});
  check(-1, "/bin/true");
}

int main(int count, char **arguments) {
  int cgroups = count > 1 && !strcmp(arguments[1], "--cgroups");
  if (count != 2 + cgroups) return fprintf(stderr, "usage: floor [--cgroups] ROOTFS\n"), 125;
  char name[32];
  snprintf(name, sizeof name, "floor-%d", getpid());
  int gate[2];
  check(pipe2(gate, O_CLOEXEC), "pipe");
  if (cgroups) make_cgroups(name);
  struct clone_args new = {
      .flags = CLONE_NEWPID | CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | CLONE_NEWNS, .exit_signal = SIGCHLD};
  pid_t pid = (pid_t)syscall(SYS_clone3, &new, sizeof new);
  check(pid, "clone3");
  if (pid == 0) contain(arguments[1 + cgroups], gate[0], cgroups);
  if (cgroups) join_cgroups(name, pid);
  check(write(gate[1], "", 1), "gate");
  int status;
  check(waitpid(pid, &status, 0), "wait");
  if (cgroups) remove_cgroups(name);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
