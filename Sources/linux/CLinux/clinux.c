#define _GNU_SOURCE
#include "clinux.h"

#include <fcntl.h>
#include <grp.h>
#include <linux/bpf.h>
#include <linux/filter.h>
#include <linux/ioprio.h>
#include <linux/magic.h>
#include <linux/mempolicy.h>
#include <linux/mount.h>
#include <linux/nsfs.h>
#include <linux/openat2.h>
#include <linux/rtnetlink.h>
#include <linux/seccomp.h>
#include <linux/sched.h>
#include <linux/version.h>
#include <malloc.h>
#include <net/if.h>
#include <regex.h>
#include <sched.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/timerfd.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

// <sys/mount.h> and <linux/mount.h> define the same enumerators; the classic calls live in <sys/mount.h> only.
#define MNT_DETACH 2
#define UMOUNT_NOFOLLOW 8
#ifndef MS_NOSYMFOLLOW
#define MS_NOSYMFOLLOW 256
#endif
#ifndef ST_RELATIME
#define ST_RELATIME 4096
#endif
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC 4
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 9, 0)
#define MPOL_WEIGHTED_INTERLEAVE 6
#endif
// <linux/sched/types.h> defines what <sched.h> defines; this is its first version, sched_setattr(2).
struct clinux_sched_attr {
  uint32_t size, policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime, deadline, period;
  uint32_t utilization_minimum, utilization_maximum;
};

#define CLINUX_NUMBER(name) const int64_t clinux_##name = (int64_t)(name);
#include "clinux_numbers.inc"

int64_t clinux_clone3(uint64_t flags, int32_t *pidfd, int32_t exit_signal, int32_t cgroup) {
  struct clone_args args = {.flags = flags, .pidfd = (uintptr_t)pidfd, .exit_signal = (uint64_t)exit_signal, .cgroup = (uint64_t)cgroup};
  return syscall(SYS_clone3, &args, sizeof args);
}
int32_t clinux_unshare(int32_t flags) { return unshare(flags); }
int32_t clinux_setns(int32_t fd, int32_t type) { return setns(fd, type); }
int32_t clinux_pivot_root(const char *n, const char *o) { return (int32_t)syscall(SYS_pivot_root, n, o); }
int32_t clinux_pidfd_open(int32_t pid, uint32_t flags) { return (int32_t)syscall(SYS_pidfd_open, pid, flags); }
int32_t clinux_pidfd_send_signal(int32_t fd, int32_t sig) { return (int32_t)syscall(SYS_pidfd_send_signal, fd, sig, NULL, 0); }
int32_t clinux_pidfd_getfd(int32_t pidfd, int32_t fd) { return (int32_t)syscall(SYS_pidfd_getfd, pidfd, fd, 0); }
int32_t clinux_prctl(int32_t op, uint64_t a, uint64_t b, uint64_t c, uint64_t d) { return prctl(op, a, b, c, d); }
// The raw calls: glibc's wrappers broadcast to threads, and init has none and may not take libc's locks.
int32_t clinux_setresuid(uint32_t r, uint32_t e, uint32_t s) { return (int32_t)syscall(SYS_setresuid, r, e, s); }
int32_t clinux_setresgid(uint32_t r, uint32_t e, uint32_t s) { return (int32_t)syscall(SYS_setresgid, r, e, s); }
int32_t clinux_setgroups(uint64_t count, const uint32_t *groups) { return (int32_t)syscall(SYS_setgroups, count, groups); }
int32_t clinux_prlimit(int32_t pid, int32_t resource, const uint64_t *set2, uint64_t *get2) { return (int32_t)syscall(SYS_prlimit64, pid, resource, set2, get2); }
int32_t clinux_sched_setattr(uint32_t policy, uint64_t flags, int32_t nice, uint32_t priority, uint64_t runtime, uint64_t deadline, uint64_t period) {
  struct clinux_sched_attr a = {.size = sizeof a, .policy = policy, .flags = flags, .nice = nice, .priority = priority, .runtime = runtime, .deadline = deadline, .period = period};
  return (int32_t)syscall(SYS_sched_setattr, 0, &a, 0);
}
int32_t clinux_sched_setaffinity(const void *mask, uint64_t length) { return (int32_t)syscall(SYS_sched_setaffinity, 0, length, mask); }
int32_t clinux_ioprio_set(int32_t which, int32_t who, int32_t value) { return (int32_t)syscall(SYS_ioprio_set, which, who, value); }
int32_t clinux_set_mempolicy(int32_t mode, const void *nodes, uint64_t bits) { return (int32_t)syscall(SYS_set_mempolicy, mode, nodes, bits); }
int32_t clinux_personality(uint64_t persona) { return personality(persona); }
int64_t clinux_keyctl_join_session(const char *name) { return syscall(SYS_keyctl, 1 /* KEYCTL_JOIN_SESSION_KEYRING */, name, 0, 0, 0); }
int32_t clinux_spawn_close_from(void *actions, int32_t from) { return posix_spawn_file_actions_addclosefrom_np(actions, from); }
int32_t clinux_spawn_change_directory(void *actions, const char *path) { return posix_spawn_file_actions_addchdir_np(actions, path); }
int32_t clinux_spawn_take_terminal(void *actions, int32_t terminal) { return posix_spawn_file_actions_addtcsetpgrp_np(actions, terminal); }
int64_t clinux_getrandom(void *buffer, uint64_t length) { return getrandom(buffer, length, 0); }
int64_t clinux_seccomp_filter(uint32_t flags, const void *instructions, uint16_t count) {
  struct sock_fprog program = {.len = count, .filter = (struct sock_filter *)instructions};
  return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}
int32_t clinux_seccomp_without_filter(uint32_t flags) { return (int32_t)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, NULL); }
int32_t clinux_bpf_load_cgroup_device(const void *instructions, uint32_t count, const char *license, const char *name) {
  union bpf_attr a = {.prog_type = BPF_PROG_TYPE_CGROUP_DEVICE, .insn_cnt = count, .insns = (uintptr_t)instructions, .license = (uintptr_t)license};
  strncpy(a.prog_name, name, sizeof a.prog_name - 1);
  return (int32_t)syscall(SYS_bpf, BPF_PROG_LOAD, &a, sizeof a);
}
int32_t clinux_bpf_attach_cgroup_device(int32_t cgroup, int32_t program, int32_t replaced, uint32_t flags) {
  union bpf_attr a = {.target_fd = (uint32_t)cgroup, .attach_bpf_fd = (uint32_t)program, .attach_type = BPF_CGROUP_DEVICE, .attach_flags = flags, .replace_bpf_fd = (uint32_t)replaced};
  return (int32_t)syscall(SYS_bpf, BPF_PROG_ATTACH, &a, sizeof a);
}
int32_t clinux_bpf_detach_cgroup_device(int32_t cgroup, int32_t program) {
  union bpf_attr a = {.target_fd = (uint32_t)cgroup, .attach_bpf_fd = (uint32_t)program, .attach_type = BPF_CGROUP_DEVICE};
  return (int32_t)syscall(SYS_bpf, BPF_PROG_DETACH, &a, sizeof a);
}
int32_t clinux_bpf_query_cgroup_device(int32_t cgroup, uint32_t *programs, uint32_t *count) {
  union bpf_attr a = {.query = {.target_fd = (uint32_t)cgroup, .attach_type = BPF_CGROUP_DEVICE, .prog_ids = (uintptr_t)programs, .prog_cnt = *count}};
  int32_t result = (int32_t)syscall(SYS_bpf, BPF_PROG_QUERY, &a, sizeof a);
  *count = a.query.prog_cnt;
  return result;
}
int32_t clinux_bpf_open_program(uint32_t program) {
  union bpf_attr a = {.prog_id = program};
  return (int32_t)syscall(SYS_bpf, BPF_PROG_GET_FD_BY_ID, &a, sizeof a);
}
int32_t clinux_bpf_program_name(int32_t program, char name[16]) {
  struct bpf_prog_info info = {0};
  union bpf_attr a = {.info = {.bpf_fd = (uint32_t)program, .info_len = sizeof info, .info = (uintptr_t)&info}};
  int32_t result = (int32_t)syscall(SYS_bpf, BPF_OBJ_GET_INFO_BY_FD, &a, sizeof a);
  memcpy(name, info.name, sizeof info.name);
  return result;
}

int32_t clinux_malloc_trim(uint64_t pad) { return malloc_trim(pad); }
int32_t clinux_madvise(uint64_t address, uint64_t length, int32_t advice) {
  return madvise((void *)address, length, advice);
}
extern const char __executable_start, etext, _end;
uint64_t clinux_program_start(void) { return (uint64_t)&__executable_start; }
uint64_t clinux_code_end(void) { return (uint64_t)&etext; }
uint64_t clinux_program_end(void) { return (uint64_t)&_end; }

int32_t clinux_openat(int32_t dir, const char *path, int32_t flags, uint32_t mode) { return openat(dir, path, flags, mode); }
int64_t clinux_getdents64(int32_t dir, void *buffer, uint64_t size) {
  return syscall(SYS_getdents64, dir, buffer, size);
}
int64_t clinux_openat2(int32_t dir, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve) {
  struct open_how how = {.flags = flags, .mode = mode, .resolve = resolve};
  return syscall(SYS_openat2, dir, path, &how, sizeof how);
}
int32_t clinux_pipe2(int32_t fds[2], int32_t flags) { return pipe2(fds, flags); }
int32_t clinux_dup3(int32_t from, int32_t to, int32_t flags) { return dup3(from, to, flags); }
int32_t clinux_fcntl(int32_t fd, int32_t op, int64_t argument) { return fcntl(fd, op, argument); }
int32_t clinux_close_range(uint32_t first, uint32_t last, uint32_t flags) { return (int32_t)syscall(SYS_close_range, first, last, flags); }
int32_t clinux_mknodat(int32_t dir, const char *path, uint32_t mode, uint64_t device) { return mknodat(dir, path, mode, device); }
uint64_t clinux_makedev(uint32_t a, uint32_t b) { return makedev(a, b); }
uint32_t clinux_major(uint64_t device) { return major(device); }
uint32_t clinux_minor(uint64_t device) { return minor(device); }
int32_t clinux_fstatfs_type(int32_t fd, int64_t *type) {
  struct statfs s = {0};
  int32_t result = fstatfs(fd, &s);
  *type = (int64_t)s.f_type;
  return result;
}
int32_t clinux_memfd_create(const char *name, uint32_t flags) { return memfd_create(name, flags); }
int32_t clinux_syncfs(int32_t fd) { return syncfs(fd); }
int32_t clinux_lsetxattr(const char *path, const char *name, const void *value, uint64_t length) { return lsetxattr(path, name, value, length, 0); }
int32_t clinux_fsetxattr(int32_t fd, const char *name, const void *value, uint64_t length) { return fsetxattr(fd, name, value, length, 0); }
int64_t clinux_lgetxattr(const char *path, const char *name, void *value, uint64_t length) { return lgetxattr(path, name, value, length); }

// A signal set is a mask here: bit n-1 stands for signal n, as in the kernel (signal(7)).
int32_t clinux_signalfd(int32_t fd, uint64_t signals, int32_t flags) { return (int32_t)syscall(SYS_signalfd4, fd, &signals, sizeof signals, flags); }
int32_t clinux_sigprocmask(int32_t how, uint64_t signals) { return (int32_t)syscall(SYS_rt_sigprocmask, how, &signals, NULL, sizeof signals); }
int32_t clinux_reset_signals(void) {
  // The kernel's struct sigaction, all of it zero. By the call itself: glibc's refuses the signals that it keeps.
  uint64_t action[8] = {0};
  for (int number = 1; number <= 64; number++) {
    if (number == SIGKILL || number == SIGSTOP) continue;
    if (syscall(SYS_rt_sigaction, number, action, NULL, sizeof(uint64_t)) < 0) return -1;
  }
  return 0;
}
int32_t clinux_epoll_create1(int32_t flags) { return epoll_create1(flags); }
int32_t clinux_epoll_ctl(int32_t epoll, int32_t op, int32_t fd, uint32_t events, uint64_t data) {
  struct epoll_event e = {.events = events, .data.u64 = data};
  return epoll_ctl(epoll, op, fd, &e);
}
int32_t clinux_epoll_wait(int32_t epoll, uint32_t *events, uint64_t *data, int32_t timeout_ms) {
  struct epoll_event e = {0};
  int32_t result = epoll_wait(epoll, &e, 1, timeout_ms);
  *events = e.events;
  *data = e.data.u64;
  return result;
}
int32_t clinux_epoll_wait_without(int32_t epoll, uint32_t *events, uint64_t *data, uint64_t start, uint64_t length) {
  madvise((void *)start, length, MADV_DONTNEED);
  return clinux_epoll_wait(epoll, events, data, -1);
}
// 0: found, 1: not found, otherwise no expression.
int32_t clinux_matches(const char *expression, const char *text) {
  regex_t compiled;
  int32_t result = regcomp(&compiled, expression, REG_EXTENDED | REG_NOSUB) ? 2 : regexec(&compiled, text, 0, NULL, 0);
  if (result != 2) regfree(&compiled);
  return result;
}
int32_t clinux_eventfd(void) { return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }
int64_t clinux_mktime(int32_t year, int32_t month, int32_t day, int32_t hour, int32_t minute, int32_t second) {
  struct tm t = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day, .tm_hour = hour, .tm_min = minute, .tm_sec = second, .tm_isdst = -1};
  return mktime(&t);
}
int64_t clinux_local_offset(int64_t seconds) {
  struct tm t = {.tm_gmtoff = 0};
  localtime_r(&(time_t){seconds}, &t);
  return t.tm_gmtoff;
}
int32_t clinux_inotify_init1(int32_t flags) { return inotify_init1(flags); }
int32_t clinux_inotify_add_watch(int32_t fd, const char *path, uint32_t mask) { return inotify_add_watch(fd, path, mask); }
int32_t clinux_timerfd_create(int32_t clock, int32_t flags) { return timerfd_create(clock, flags); }
int32_t clinux_timerfd_settime(int32_t fd, int64_t seconds, int64_t nanoseconds) {
  struct itimerspec t = {.it_value = {.tv_sec = seconds, .tv_nsec = nanoseconds}};
  return timerfd_settime(fd, 0, &t, NULL);
}

int32_t clinux_accept4(int32_t fd, int32_t flags) { return accept4(fd, NULL, NULL, flags); }
int32_t clinux_ioctl(int32_t fd, uint64_t request, uint64_t argument) { return ioctl(fd, request, argument); }
int32_t clinux_window_size_get(int32_t fd, uint16_t *columns, uint16_t *rows) {
  struct winsize w = {0};
  int32_t result = ioctl(fd, TIOCGWINSZ, &w);
  *columns = w.ws_col;
  *rows = w.ws_row;
  return result;
}
int32_t clinux_window_size_set(int32_t fd, uint16_t columns, uint16_t rows) {
  struct winsize w = {.ws_col = columns, .ws_row = rows};
  return ioctl(fd, TIOCSWINSZ, &w);
}
int32_t clinux_interface_up(int32_t socket, const char *name) {
  struct ifreq r = {.ifr_flags = IFF_UP};
  strncpy(r.ifr_name, name, IFNAMSIZ - 1);
  return ioctl(socket, SIOCSIFFLAGS, &r);
}
int32_t clinux_route_socket(void) { return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE); }
// *port says who sent it: 0 is the kernel. The result is the whole length, also when it did not fit.
int64_t clinux_route_receive(int32_t socket, void *bytes, uint64_t length, uint32_t *port) {
  struct sockaddr_nl from = {0};
  socklen_t size = sizeof from;
  int64_t result = recvfrom(socket, bytes, length, MSG_TRUNC, (struct sockaddr *)&from, &size);
  *port = from.nl_pid;
  return result;
}
int32_t clinux_send_timeout(int32_t socket, int64_t seconds) {
  struct timeval t = {.tv_sec = seconds};
  return setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &t, sizeof t);
}
int32_t clinux_receive_timeout(int32_t socket, int64_t seconds) {
  struct timeval t = {.tv_sec = seconds};
  return setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
}
int64_t clinux_send_descriptor(int32_t socket, int32_t fd, const void *bytes, uint64_t length) {
  char control[CMSG_SPACE(sizeof fd)] = {0};
  struct iovec data = {.iov_base = (void *)bytes, .iov_len = length};
  struct msghdr m = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
  *CMSG_FIRSTHDR(&m) = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof fd)};
  memcpy(CMSG_DATA(CMSG_FIRSTHDR(&m)), &fd, sizeof fd);
  return sendmsg(socket, &m, MSG_NOSIGNAL);
}
// At most 64.
int64_t clinux_send_descriptors(int32_t socket, const int32_t *fds, uint64_t count, const void *bytes, uint64_t length) {
  char control[CMSG_SPACE(64 * sizeof *fds)] = {0};
  struct iovec data = {.iov_base = (void *)bytes, .iov_len = length};
  struct msghdr m = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = control, .msg_controllen = CMSG_SPACE(count * sizeof *fds)};
  *CMSG_FIRSTHDR(&m) = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(count * sizeof *fds)};
  memcpy(CMSG_DATA(CMSG_FIRSTHDR(&m)), fds, count * sizeof *fds);
  return sendmsg(socket, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
}
// Of the 64, those that did not come stay -1.
int64_t clinux_receive_descriptors(int32_t socket, int32_t *fds, void *bytes, uint64_t length) {
  union { struct cmsghdr header; char space[CMSG_SPACE(64 * sizeof *fds)]; } control = {.space = {0}};
  struct iovec data = {.iov_base = bytes, .iov_len = length};
  struct msghdr m = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = CMSG_LEN(64 * sizeof *fds)};
  memset(CMSG_DATA(&control.header), 0xff, 64 * sizeof *fds);
  int64_t result = recvmsg(socket, &m, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
  memcpy(fds, CMSG_DATA(&control.header), 64 * sizeof *fds);
  return result;
}
// *fd stays -1 when no descriptor came with the message.
int64_t clinux_receive_descriptor(int32_t socket, int32_t *fd, void *bytes, uint64_t length) {
  union { struct cmsghdr header; char space[CMSG_SPACE(sizeof *fd)]; } control = {.space = {0}};
  struct iovec data = {.iov_base = bytes, .iov_len = length};
  struct msghdr m = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control};
  memset(CMSG_DATA(&control.header), 0xff, sizeof *fd);
  int64_t result = recvmsg(socket, &m, MSG_CMSG_CLOEXEC);
  memcpy(fd, CMSG_DATA(&control.header), sizeof *fd);
  return result;
}

int32_t clinux_open_tree(int32_t dir, const char *path, uint32_t flags) { return (int32_t)syscall(SYS_open_tree, dir, path, flags); }
int32_t clinux_move_mount(int32_t f, const char *fp, int32_t t, const char *tp, uint32_t flags) { return (int32_t)syscall(SYS_move_mount, f, fp, t, tp, flags); }
int32_t clinux_mount_setattr(int32_t dir, const char *path, uint32_t flags, uint64_t set, uint64_t clear, uint64_t propagation, uint64_t userns) {
  struct mount_attr a = {.attr_set = set, .attr_clr = clear, .propagation = propagation, .userns_fd = userns};
  return (int32_t)syscall(SYS_mount_setattr, dir, path, flags, &a, sizeof a);
}
int32_t clinux_fsopen(const char *type, uint32_t flags) { return (int32_t)syscall(SYS_fsopen, type, flags); }
int32_t clinux_fsconfig(int32_t fd, uint32_t command, const char *key, const char *value, int32_t aux) { return (int32_t)syscall(SYS_fsconfig, fd, command, key, value, aux); }
int32_t clinux_fsmount(int32_t fd, uint32_t flags, uint32_t attributes) { return (int32_t)syscall(SYS_fsmount, fd, flags, attributes); }

// What a file system has room for, in bytes: free for root, and all.
int32_t clinux_fstatfs_space(int32_t fd, uint64_t *free_bytes, uint64_t *all) {
  struct statfs s = {0};
  int32_t result = fstatfs(fd, &s);
  *free_bytes = (uint64_t)s.f_bfree * (uint64_t)s.f_bsize;
  *all = (uint64_t)s.f_blocks * (uint64_t)s.f_bsize;
  return result;
}
int32_t clinux_netfilter_socket(void) { return socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_NETFILTER); }
