// A process that enters a container shows its program to it as /proc/PID/exe, and the container can also execute it,
// as /proc/self/exe. Whoever opens it there must not get the host's file to write to. So before anything else the
// commands that enter one go over to a read-only copy of the mount that the file lies on: nothing is copied but the mount.
// It is done before Swift's runtime starts, by executing the file there, since that start would otherwise be paid twice; where
// it goes as it should, already before libc's, without executing anything (own_entry.c).
#define _GNU_SOURCE
#include "own_image.h"

#include "own_entry.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/mount.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef MFD_EXEC
#define MFD_EXEC 16U
#endif

static const int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
static int failure;

int32_t own_image_failure(void) { return failure; }

// Read-only for everybody: by its mount, its file system, or sealed.
static int is_protected(int file) {
  struct statvfs system;
  if (fstatvfs(file, &system) == 0 && system.f_flag & ST_RDONLY) return 1;
  int sealed = fcntl(file, F_GET_SEALS);
  return sealed >= 0 && (sealed & seals) == seals;
}

// A user who neither owns the file nor may write to it cannot do so from a container either, where he is the same.
static int is_out_of_reach(int file) {
  struct stat status;
  return geteuid() != 0 && fstat(file, &status) == 0 && status.st_uid != geteuid()
      && faccessat(AT_FDCWD, own_image_file, W_OK, AT_EACCESS) < 0;
}

static int read_only_mount(void) {
  int tree = (int)syscall(SYS_open_tree, AT_FDCWD, own_image_file, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
  if (tree < 0) return -1;
  struct mount_attr attributes = {.attr_set = MOUNT_ATTR_RDONLY};
  if (syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &attributes, sizeof attributes) == 0) return tree;
  close(tree);
  return -1;
}

// Without the privilege for the mount: a copy in memory that nobody can change any more.
static int sealed_copy(int file) {
  struct stat status;
  if (fstat(file, &status) < 0) return -1;
  int copy = memfd_create("apus-runtime", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
  if (copy < 0 && errno == EINVAL) copy = memfd_create("apus-runtime", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (copy < 0) return -1;
  for (off_t left = status.st_size; left > 0;) {
    ssize_t sent = sendfile(copy, file, NULL, (size_t)left);
    if (sent < 0) return -1;
    if (sent == 0) return errno = EIO, -1;
    left -= sent;
  }
  return fcntl(copy, F_ADD_SEALS, seals) < 0 ? -1 : copy;
}

__attribute__((constructor(101))) static void protect(int count, char **arguments, char **environment) {
  (void)count;
  if (!own_image_is_needed(arguments)) return;
  int file = open(own_image_file, O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    failure = errno;
    return;
  }
  if (is_protected(file)) {
    // Executed by descriptor, the process would be called by its number.
    prctl(PR_SET_NAME, "apus-runtime");
    // Mostly the file has no name any more, and Swift's runtime would look for a program that prints backtraces below the
    // working directory, and start it should we crash.
    static char no_backtrace[] = "SWIFT_BACKTRACE=enable=no,swift-backtrace=/dev/null";
    if (putenv(no_backtrace) != 0) failure = errno;
    close(file);
    return;
  }
  if (is_out_of_reach(file)) {
    close(file);
    return;
  }
  int image = read_only_mount();
  if (image < 0) image = sealed_copy(file);
  if (image >= 0) syscall(SYS_execveat, image, "", arguments, environment, AT_EMPTY_PATH);
  failure = errno;
}
