// A network namespace takes the kernel half a millisecond, a tenth of a container's start, and depends on nothing that
// is planned meanwhile. So a process beside this one makes it (spec/decisions/0006). It shares memory and descriptors,
// which costs nothing to set up, and therefore must not touch anything of libc's: only raw calls, which leave the
// caller's errno alone.
#define _GNU_SOURCE
#include "clinux.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

static long raw_call(long number, long a, long b, long c) {
#if defined(__x86_64__)
  long result;
  __asm__ volatile("syscall" : "=a"(result) : "a"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
  return x0;
#else
#error "the raw system call of this architecture is missing"
#endif
}

// One maker at a time. Of the namespace a descriptor, of `lo` 0, or a negative errno; ECANCELED stands for a maker that was
// killed, EBADF for a descriptor that was taken.
static volatile int32_t made, raised;
// What the maker is at: the kernel writes 0 when it has ended, however that was (CLONE_CHILD_CLEARTID, clone(2)).
enum { ENDED, MAKING, RAISING };
static int32_t stage;
static _Alignas(16) char stack[16384];

static int make(void *unused) {
  (void)unused;
  long result = raw_call(SYS_unshare, CLONE_NEWNET, 0, 0);
  if (result == 0) result = raw_call(SYS_openat, AT_FDCWD, (long)"/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  made = (int32_t)result;
  if (result < 0) return 0;
  __atomic_store_n(&stage, RAISING, __ATOMIC_RELEASE);
  // Not FUTEX_PRIVATE_FLAG: the kernel's own word at the end is without it too.
  raw_call(SYS_futex, (long)&stage, FUTEX_WAKE, 1);
  // netdevice(7): lo is there from the start, down.
  long probe = raw_call(SYS_socket, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return raised = (int32_t)probe, 0;
  struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
  raised = (int32_t)raw_call(SYS_ioctl, probe, SIOCSIFFLAGS, (long)&request);
  raw_call(SYS_close, probe, 0, 0);
  return 0;
}

int32_t clinux_network_namespace_begin(void) {
  made = raised = -ECANCELED;
  stage = MAKING;
  int32_t pid = clone(make, stack + sizeof stack, CLONE_VM | CLONE_FILES | CLONE_CHILD_CLEARTID, NULL, NULL, NULL, &stage);
  if (pid > 0) clinux_start_elsewhere(pid);
  return pid;
}

static int32_t result_of(int32_t number) {
  if (number >= 0) return number;
  errno = -number;
  return -1;
}

int32_t clinux_network_namespace_take(void) {
  // What else may wake us, or not let us sleep, changes nothing: the stage says it.
  while (__atomic_load_n(&stage, __ATOMIC_ACQUIRE) == MAKING) syscall(SYS_futex, &stage, FUTEX_WAIT, MAKING, NULL);
  int32_t descriptor = made;
  if (descriptor >= 0) made = -EBADF;
  return result_of(descriptor);
}

int32_t clinux_network_namespace_end(int32_t pid) {
  int status;
  // __WALL: without an exit signal it is a "clone child" (waitpid(2)).
  while (waitpid(pid, &status, __WALL) < 0)
    if (errno != EINTR) return -1;
  return result_of(raised);
}
