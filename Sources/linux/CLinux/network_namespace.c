// A network namespace takes the kernel half a millisecond, a tenth of a container's start, and depends on nothing that
// is planned meanwhile. So a process beside this one makes it (spec/decisions/0006). It shares memory and descriptors,
// which costs nothing to set up, and therefore must not touch anything of libc's: only raw calls, which leave the
// caller's errno alone.
#define _GNU_SOURCE
#include "clinux.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

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

// A descriptor or a negative errno; one maker at a time. ECANCELED stands for a maker that was killed.
static volatile int32_t made;
static _Alignas(16) char stack[16384];

static int make(void *unused) {
  (void)unused;
  long result = raw_call(SYS_unshare, CLONE_NEWNET, 0, 0);
  if (result < 0) return made = (int32_t)result, 0;
  // netdevice(7): lo is there from the start, down.
  long probe = raw_call(SYS_socket, AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (probe < 0) return made = (int32_t)probe, 0;
  struct ifreq request = {.ifr_name = "lo", .ifr_flags = IFF_UP};
  result = raw_call(SYS_ioctl, probe, SIOCSIFFLAGS, (long)&request);
  raw_call(SYS_close, probe, 0, 0);
  if (result < 0) return made = (int32_t)result, 0;
  return made = (int32_t)raw_call(SYS_openat, AT_FDCWD, (long)"/proc/self/ns/net", O_RDONLY | O_CLOEXEC), 0;
}

int32_t clinux_network_namespace_begin(void) {
  made = -ECANCELED;
  int32_t pid = clone(make, stack + sizeof stack, CLONE_VM | CLONE_FILES, NULL);
  if (pid > 0) clinux_start_elsewhere(pid);
  return pid;
}

int32_t clinux_network_namespace_end(int32_t pid) {
  int status;
  // __WALL: without an exit signal it is a "clone child" (waitpid(2)).
  while (waitpid(pid, &status, __WALL) < 0)
    if (errno != EINTR) return -1;
  if (made >= 0) return made;
  errno = -made;
  return -1;
}
