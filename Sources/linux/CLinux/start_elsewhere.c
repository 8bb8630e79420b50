// A process that was just born is often left on its parent's processor although another one is idle, and then waits there
// until the parent does (spec/decisions/0028). Forbidden that processor while it is still queued, it goes at once.
#define _GNU_SOURCE
#include "clinux.h"

#include <errno.h>
#include <limits.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

void clinux_start_elsewhere(int32_t pid) {
  // The caller's errno is not ours.
  int before = errno;
  unsigned char mask[1024];
  // The caller's own processors and no others: all bits would send it to isolated ones too (isolcpus=), where it would stay.
  long length = syscall(SYS_sched_getaffinity, 0, sizeof mask, mask);
  int own = sched_getcpu();
  if (own >= 0 && own / CHAR_BIT < length) {
    mask[own / CHAR_BIT] &= (unsigned char)~(1U << own % CHAR_BIT);
    // Where there is no other processor the kernel refuses, and nothing has changed.
    syscall(SYS_sched_setaffinity, pid, length, mask);
  }
  errno = before;
}
