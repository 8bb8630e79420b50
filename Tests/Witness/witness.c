/* Runs inside a container and prints as one JSON object what it sees. Static, and free of opinions: the tests judge.
 *
 * usage: witness [PROBE]…
 *   read:PATH      opens PATH to read and reads a byte
 *   list:PATH      the names in the directory PATH
 *   write:PATH     opens PATH to write, making it when it is not there
 *   stat:PATH      type, mode, owner, device number, link target
 *   text:PATH      what PATH holds
 *   sysctl:NAME    what /proc/sys says, dots or slashes between the parts
 *   notify:TEXT    sends TEXT to the socket that NOTIFY_SOCKET names (sd_notify(3))
 *   call:NAME      makes a system call that a filter or a missing capability may refuse
 *
 * The answers of read, write, notify and call are "ok" or the name of an errno. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/ioprio.h>
#include <net/if.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static const char *separator = "";

static void string(const char *text) {
  putchar('"');
  for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
    if (*c == '"' || *c == '\\') printf("\\%c", *c);
    else if (*c < 0x20 || *c == 0x7f) printf("\\u%04x", *c);
    else putchar(*c);
  }
  putchar('"');
}

static void key(const char *name) {
  fputs(separator, stdout);
  if (name) string(name);
  if (name) putchar(':');
  separator = "";
}

/* An element of an array has no name. */
static void begin(const char *name, char bracket) {
  key(name);
  putchar(bracket);
  separator = "";
}

static void end(char bracket) {
  putchar(bracket);
  separator = ",\n";
}

static void number(const char *name, long long value) {
  key(name);
  printf("%lld", value);
  separator = ",";
}

static void text(const char *name, const char *value) {
  key(name);
  string(value);
  separator = ",";
}

static const char *answer(long result) { return result < 0 ? strerrorname_np(errno) : "ok"; }

/* What a small file holds; "" when it cannot be read. */
static char *contents(const char *path) {
  static char buffer[1 << 18];
  size_t length = 0;
  FILE *file = fopen(path, "re");
  if (file) {
    length = fread(buffer, 1, sizeof buffer - 1, file);
    fclose(file);
  }
  buffer[length] = 0;
  return buffer;
}

static void lines(const char *name, const char *path) {
  begin(name, '[');
  char *rest = contents(path), *line;
  while ((line = strsep(&rest, "\n"))) *line ? text(NULL, line) : (void)0;
  end(']');
}

static void status_line(const char *name, const char *label) {
  char *found = strstr(contents("/proc/self/status"), label);
  if (!found) return text(name, "");
  found += strlen(label);
  found += strspn(found, ":\t ");
  found[strcspn(found, "\n")] = 0;
  text(name, found);
}

static void identity(void) {
  struct utsname names;
  gid_t groups[256];
  char path[4096];
  number("pid", getpid());
  number("ppid", getppid());
  number("uid", getuid());
  number("euid", geteuid());
  number("gid", getgid());
  number("egid", getegid());
  begin("groups", '[');
  for (int i = 0, count = getgroups(256, groups); i < count; i++) number(NULL, groups[i]);
  end(']');
  begin("capabilities", '{');
  status_line("inheritable", "CapInh");
  status_line("permitted", "CapPrm");
  status_line("effective", "CapEff");
  status_line("bounding", "CapBnd");
  status_line("ambient", "CapAmb");
  end('}');
  status_line("noNewPrivileges", "NoNewPrivs");
  status_line("seccomp", "Seccomp");
  status_line("threads", "Threads");
  uname(&names);
  text("hostname", names.nodename);
  text("domainname", names.domainname);
  text("cwd", getcwd(path, sizeof path) ? path : strerrorname_np(errno));
  mode_t mask = umask(0);
  umask(mask);
  number("umask", mask);
  text("oomScoreAdj", strtok(contents("/proc/self/oom_score_adj"), "\n") ?: "");
  text("personality", strtok(contents("/proc/self/personality"), "\n") ?: "");
  number("nice", getpriority(PRIO_PROCESS, 0));
}

/* How the kernel treats this process: what sched_getattr(2), ioprio_get(2) and get_mempolicy(2) say. */
static void scheduling(void) {
  struct { uint32_t size, policy; uint64_t flags; int32_t nice; uint32_t priority; uint64_t runtime, deadline, period; uint32_t clamp[2]; } a = {0};
  unsigned long nodes[16] = {0};
  int mode = -1;
  struct utsname names;
  begin("scheduler", '{');
  if (syscall(SYS_sched_getattr, 0, &a, sizeof a, 0) < 0) text("error", strerrorname_np(errno));
  number("policy", a.policy);
  number("flags", (long long)a.flags);
  number("nice", a.nice);
  number("priority", a.priority);
  number("runtime", (long long)a.runtime);
  number("deadline", (long long)a.deadline);
  number("period", (long long)a.period);
  end('}');
  long io = syscall(SYS_ioprio_get, IOPRIO_WHO_PROCESS, 0);
  begin("ioPriority", '[');
  number(NULL, io >> IOPRIO_CLASS_SHIFT);
  number(NULL, io & 7);
  end(']');
  status_line("cpus", "Cpus_allowed_list");
  begin("memoryPolicy", '[');
  text(NULL, answer(syscall(SYS_get_mempolicy, &mode, nodes, sizeof nodes * 8, NULL, 0)));
  number(NULL, mode);
  number(NULL, (long long)nodes[0]);
  end(']');
  uname(&names);
  text("machine", names.machine);
}

static void limits(void) {
  static const char *const names[] = {
      [RLIMIT_CPU] = "CPU", [RLIMIT_FSIZE] = "FSIZE", [RLIMIT_DATA] = "DATA", [RLIMIT_STACK] = "STACK",
      [RLIMIT_CORE] = "CORE", [RLIMIT_RSS] = "RSS", [RLIMIT_NPROC] = "NPROC", [RLIMIT_NOFILE] = "NOFILE",
      [RLIMIT_MEMLOCK] = "MEMLOCK", [RLIMIT_AS] = "AS", [RLIMIT_LOCKS] = "LOCKS",
      [RLIMIT_SIGPENDING] = "SIGPENDING", [RLIMIT_MSGQUEUE] = "MSGQUEUE", [RLIMIT_NICE] = "NICE",
      [RLIMIT_RTPRIO] = "RTPRIO", [RLIMIT_RTTIME] = "RTTIME"};
  begin("rlimits", '{');
  for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
    struct rlimit limit;
    getrlimit((int)i, &limit);
    begin(names[i], '[');
    number(NULL, (long long)limit.rlim_cur);
    number(NULL, (long long)limit.rlim_max);
    end(']');
  }
  end('}');
}

static void status(const char *name, const char *path) {
  struct stat s;
  char target[4096];
  begin(name, '{');
  if (lstat(path, &s) < 0) {
    text("error", strerrorname_np(errno));
    return end('}');
  }
  static const char *const kinds[16] = {[1] = "fifo", [2] = "char", [4] = "directory", [6] = "block",
                                        [8] = "file", [10] = "link", [12] = "socket"};
  text("type", kinds[s.st_mode >> 12 & 15]);
  number("mode", s.st_mode & 07777);
  number("uid", s.st_uid);
  number("gid", s.st_gid);
  number("size", s.st_size);
  number("major", major(s.st_rdev));
  number("minor", minor(s.st_rdev));
  ssize_t length = readlink(path, target, sizeof target - 1);
  target[length < 0 ? 0 : length] = 0;
  if (length >= 0) text("target", target);
  end('}');
}

/* Calls `each` with the name and path of every entry of a directory. */
static void entries(const char *directory, void (*each)(const char *, const char *)) {
  char path[4096];
  DIR *stream = opendir(directory);
  struct dirent *entry;
  while (stream && (entry = readdir(stream))) {
    int isOwn = !strcmp(directory, "/proc/self/fd") && atoi(entry->d_name) == dirfd(stream);
    if (isOwn || !strcmp(entry->d_name, ".") || !strcmp(entry->d_name, "..")) continue;
    snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
    each(entry->d_name, path);
  }
  if (stream) closedir(stream);
}

static void link_entry(const char *name, const char *path) {
  char target[4096];
  ssize_t length = readlink(path, target, sizeof target - 1);
  target[length < 0 ? 0 : length] = 0;
  text(name, target);
}

static void name_entry(const char *name, const char *) { text(NULL, name); }

static void directory(const char *name, char bracket, const char *path, void (*each)(const char *, const char *)) {
  begin(name, bracket);
  entries(path, each);
  end(bracket == '[' ? ']' : '}');
}

static void terminal(void) {
  struct winsize size = {0};
  begin("terminal", '{');
  number("stdin", isatty(0));
  number("stdout", isatty(1));
  number("stderr", isatty(2));
  number("hasSize", ioctl(0, TIOCGWINSZ, &size) == 0);
  number("columns", size.ws_col);
  number("rows", size.ws_row);
  number("controlling", open("/dev/tty", O_RDWR | O_CLOEXEC) >= 0);
  end('}');
  number("session", getsid(0));
  number("processGroup", getpgrp());
}

static void loopback(void) {
  struct ifreq request = {.ifr_name = "lo"};
  int socket_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  int up = socket_ >= 0 && ioctl(socket_, SIOCGIFFLAGS, &request) == 0 && (request.ifr_flags & IFF_UP);
  number("loopbackUp", up);
  if (socket_ >= 0) close(socket_);
  lines("interfaces", "/proc/net/dev");
}

/* A call and three arguments that do no harm where it is allowed. */
static long call(const char *name) {
  if (!strcmp(name, "getcwd")) return syscall(SYS_getcwd, (char[4096]){0}, 4096);
  if (!strcmp(name, "mkdir")) return syscall(SYS_mkdirat, AT_FDCWD, "/tmp/witness-made", 0700);
  if (!strcmp(name, "chown")) return chown("/tmp", 0, 0);
  if (!strcmp(name, "sethostname")) return sethostname("witness", 7);
  if (!strcmp(name, "mount")) return mount("none", "/tmp", "tmpfs", 0, NULL);
  if (!strcmp(name, "mknod")) return mknod("/tmp/witness-node", S_IFCHR | 0600, makedev(1, 3));
  if (!strcmp(name, "chroot")) return chroot("/");
  if (!strcmp(name, "unshare")) return unshare(CLONE_NEWUTS);
  if (!strcmp(name, "rawsocket")) return socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, 1);
  if (!strcmp(name, "personality")) return syscall(SYS_personality, 0xffffffff);
  errno = ENOSYS;
  return -1;
}

static long notify(const char *words) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  snprintf(address.sun_path, sizeof address.sun_path, "%s", getenv("NOTIFY_SOCKET") ?: "");
  int file = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  long result = sendto(file, words, strlen(words), 0, (struct sockaddr *)&address, sizeof address);
  if (file >= 0) close(file);
  return result;
}

static void probe(const char *request) {
  const char *rest = strchr(request, ':');
  char byte, path[4096];
  if (!rest++) return text(request, "EINVAL");
  if (!strncmp(request, "stat:", 5)) return status(request, rest);
  if (!strncmp(request, "list:", 5)) return directory(request, '[', rest, name_entry);
  if (!strncmp(request, "text:", 5)) return text(request, contents(rest));
  if (!strncmp(request, "call:", 5)) return text(request, answer(call(rest)));
  if (!strncmp(request, "notify:", 7)) return text(request, answer(notify(rest)));
  if (!strncmp(request, "sysctl:", 7)) {
    snprintf(path, sizeof path, "/proc/sys/%s", rest);
    for (char *c = path; (c = strchr(c, '.'));) *c = '/';
    return text(request, strtok(contents(path), "\n") ?: "");
  }
  int writes = !strncmp(request, "write:", 6);
  int file = open(rest, writes ? O_WRONLY | O_CREAT | O_CLOEXEC : O_RDONLY | O_CLOEXEC, 0600);
  long result = file;
  if (file >= 0 && !writes) result = read(file, &byte, 1);
  if (result < 0 && file >= 0 && errno == EISDIR) result = 0;
  text(request, answer(result));
  if (file >= 0) close(file);
}

int main(int count, char **arguments) {
  begin(NULL, '{');
  /* First of all, before anything here opens a file. */
  directory("descriptors", '{', "/proc/self/fd", link_entry);
  identity();
  begin("args", '[');
  for (int i = 0; i < count; i++) text(NULL, arguments[i]);
  end(']');
  begin("env", '[');
  for (char **entry = environ; *entry; entry++) text(NULL, *entry);
  end(']');
  limits();
  scheduling();
  directory("namespaces", '{', "/proc/self/ns", link_entry);
  begin("clocks", '{');
  struct timespec now = {0};
  clock_gettime(CLOCK_MONOTONIC, &now);
  number("monotonic", now.tv_sec);
  clock_gettime(CLOCK_BOOTTIME, &now);
  number("boottime", now.tv_sec);
  end('}');
  directory("devices", '{', "/dev", status);
  lines("cgroup", "/proc/self/cgroup");
  lines("mounts", "/proc/self/mountinfo");
  terminal();
  loopback();
  begin("probes", '{');
  for (int i = 1; i < count; i++) probe(arguments[i]);
  end('}');
  puts("}");
  return 0;
}
