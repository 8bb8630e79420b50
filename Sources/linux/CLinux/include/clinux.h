// Names for kernel and libc calls that Swift's Glibc overlay cannot see (variadic, GNU-only, or without any libc
// wrapper), and for the numbers in their headers. Nothing here decides anything: one call a line, no branches,
// no allocation. Only <stdint.h>, so that no C type leaks into a Swift signature.
// Every int32_t/int64_t result is the call's own: -1 and errno on failure.
#ifndef CLINUX_H
#define CLINUX_H
#include <stdint.h>

// Processes and namespaces
int64_t clinux_clone3(uint64_t flags, int32_t *pidfd, int32_t exit_signal, int32_t cgroup);
int32_t clinux_unshare(int32_t flags);
int32_t clinux_setns(int32_t fd, int32_t type);
// start_elsewhere.c: lets a process that was just born run on other processors than the caller's only, if there are any.
void clinux_start_elsewhere(int32_t pid);
// network_namespace.c: begins to make a network namespace beside the caller; its descriptor, once; and when lo is up.
int32_t clinux_network_namespace_begin(void);
int32_t clinux_network_namespace_take(void);
int32_t clinux_network_namespace_end(int32_t pid);
int32_t clinux_pivot_root(const char *new_root, const char *put_old);
int32_t clinux_pidfd_open(int32_t pid, uint32_t flags);
int32_t clinux_pidfd_send_signal(int32_t pidfd, int32_t signal);
int32_t clinux_pidfd_getfd(int32_t pidfd, int32_t fd);
int32_t clinux_prctl(int32_t op, uint64_t a, uint64_t b, uint64_t c, uint64_t d);
int32_t clinux_setresuid(uint32_t r, uint32_t e, uint32_t s);
int32_t clinux_setresgid(uint32_t r, uint32_t e, uint32_t s);
int32_t clinux_setgroups(uint64_t count, const uint32_t *groups);
int32_t clinux_prlimit(int32_t pid, int32_t resource, const uint64_t *set2, uint64_t *get2);
int32_t clinux_sched_setattr(uint32_t policy, uint64_t flags, int32_t nice, uint32_t priority, uint64_t runtime, uint64_t deadline, uint64_t period);
int32_t clinux_sched_setaffinity(const void *mask, uint64_t length);
int32_t clinux_ioprio_set(int32_t which, int32_t who, int32_t value);
int32_t clinux_set_mempolicy(int32_t mode, const void *nodes, uint64_t bits);
int32_t clinux_personality(uint64_t persona);
int64_t clinux_keyctl_join_session(const char *name);
// The GNU file actions of posix_spawn; `actions` is a posix_spawn_file_actions_t.
int32_t clinux_spawn_close_from(void *actions, int32_t from);
int32_t clinux_spawn_change_directory(void *actions, const char *path);
int32_t clinux_spawn_take_terminal(void *actions, int32_t terminal);
int64_t clinux_getrandom(void *buffer, uint64_t length);
// `instructions` are `count` struct sock_filter, or struct bpf_insn for bpf(2).
int64_t clinux_seccomp_filter(uint32_t flags, const void *instructions, uint16_t count);
int32_t clinux_seccomp_without_filter(uint32_t flags);
int32_t clinux_bpf_load_cgroup_device(const void *instructions, uint32_t count, const char *license, const char *name);
int32_t clinux_bpf_attach_cgroup_device(int32_t cgroup, int32_t program, int32_t replaced, uint32_t flags);
int32_t clinux_bpf_detach_cgroup_device(int32_t cgroup, int32_t program);
int32_t clinux_bpf_query_cgroup_device(int32_t cgroup, uint32_t *programs, uint32_t *count);
int32_t clinux_bpf_open_program(uint32_t program);
int32_t clinux_bpf_program_name(int32_t program, char name[16]);

// The program's arguments, its name first; NULL behind the last. They stay where they are.
int32_t clinux_argument_count(void);
const char *clinux_argument(int32_t index);

// Memory
int32_t clinux_malloc_trim(uint64_t pad);
int32_t clinux_madvise(uint64_t address, uint64_t length, int32_t advice);
// Where the program itself lies, by the linker's own names: its first byte, the ends of its code and of its data.
uint64_t clinux_program_start(void);
uint64_t clinux_code_end(void);
uint64_t clinux_program_end(void);

// Descriptors
int32_t clinux_openat(int32_t dir, const char *path, int32_t flags, uint32_t mode);
int64_t clinux_openat2(int32_t dir, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve);
int64_t clinux_getdents64(int32_t dir, void *buffer, uint64_t size);
int32_t clinux_pipe2(int32_t fds[2], int32_t flags);
int32_t clinux_dup3(int32_t from, int32_t to, int32_t flags);
int32_t clinux_fcntl(int32_t fd, int32_t op, int64_t argument);
int32_t clinux_close_range(uint32_t first, uint32_t last, uint32_t flags);
int32_t clinux_mknodat(int32_t dir, const char *path, uint32_t mode, uint64_t device);
uint64_t clinux_makedev(uint32_t major, uint32_t minor);
uint32_t clinux_major(uint64_t device);
uint32_t clinux_minor(uint64_t device);
int32_t clinux_fstatfs_type(int32_t fd, int64_t *type);
int32_t clinux_fstatfs_space(int32_t fd, uint64_t *free_bytes, uint64_t *all);
int32_t clinux_netfilter_socket(void);
int32_t clinux_memfd_create(const char *name, uint32_t flags);
int32_t clinux_syncfs(int32_t fd);
int32_t clinux_lsetxattr(const char *path, const char *name, const void *value, uint64_t length);
int32_t clinux_fsetxattr(int32_t fd, const char *name, const void *value, uint64_t length);
int64_t clinux_lgetxattr(const char *path, const char *name, void *value, uint64_t length);

// Events
int32_t clinux_signalfd(int32_t fd, uint64_t signals, int32_t flags);
int32_t clinux_epoll_create1(int32_t flags);
int32_t clinux_epoll_ctl(int32_t epoll, int32_t op, int32_t fd, uint32_t events, uint64_t data);
int32_t clinux_epoll_wait(int32_t epoll, uint32_t *events, uint64_t *data, int32_t timeout_ms);
// After madvise(MADV_DONTNEED) of a range, which may be the code of the caller: nothing else runs in between.
int32_t clinux_epoll_wait_without(int32_t epoll, uint32_t *events, uint64_t *data, uint64_t start, uint64_t length);
int32_t clinux_matches(const char *expression, const char *text);
int32_t clinux_eventfd(void);
int64_t clinux_mktime(int32_t year, int32_t month, int32_t day, int32_t hour, int32_t minute, int32_t second);
int64_t clinux_local_offset(int64_t seconds);
int32_t clinux_inotify_init1(int32_t flags);
int32_t clinux_inotify_add_watch(int32_t fd, const char *path, uint32_t mask);
int32_t clinux_timerfd_create(int32_t clock, int32_t flags);
int32_t clinux_timerfd_settime(int32_t fd, int64_t seconds, int64_t nanoseconds);
// The default action for every signal that can have another.
int32_t clinux_reset_signals(void);
int32_t clinux_sigprocmask(int32_t how, uint64_t signals);

// Sockets and terminals
int32_t clinux_accept4(int32_t fd, int32_t flags);
int32_t clinux_ioctl(int32_t fd, uint64_t request, uint64_t argument);
int32_t clinux_window_size_get(int32_t fd, uint16_t *columns, uint16_t *rows);
int32_t clinux_window_size_set(int32_t fd, uint16_t columns, uint16_t rows);
int32_t clinux_interface_up(int32_t socket, const char *name);
int32_t clinux_route_socket(void);
int64_t clinux_route_receive(int32_t socket, void *bytes, uint64_t length, uint32_t *port);
int32_t clinux_send_timeout(int32_t socket, int64_t seconds);
int32_t clinux_receive_timeout(int32_t socket, int64_t seconds);
int64_t clinux_send_descriptor(int32_t socket, int32_t fd, const void *bytes, uint64_t length);
int64_t clinux_send_descriptors(int32_t socket, const int32_t *fds, uint64_t count, const void *bytes, uint64_t length);
int64_t clinux_receive_descriptors(int32_t socket, int32_t *fds, void *bytes, uint64_t length);
int64_t clinux_receive_descriptor(int32_t socket, int32_t *fd, void *bytes, uint64_t length);

// Mounts
int32_t clinux_open_tree(int32_t dir, const char *path, uint32_t flags);
int32_t clinux_move_mount(int32_t from, const char *from_path, int32_t to, const char *to_path, uint32_t flags);
int32_t clinux_mount_setattr(int32_t dir, const char *path, uint32_t flags, uint64_t set, uint64_t clear, uint64_t propagation, uint64_t userns);
int32_t clinux_fsopen(const char *type, uint32_t flags);
int32_t clinux_fsconfig(int32_t fd, uint32_t command, const char *key, const char *value, int32_t aux);
int32_t clinux_fsmount(int32_t fd, uint32_t flags, uint32_t attributes);

// Numbers, read off the headers
#define CLINUX_NUMBER(name) extern const int64_t clinux_##name;
#include "clinux_numbers.inc"
#undef CLINUX_NUMBER
#endif
