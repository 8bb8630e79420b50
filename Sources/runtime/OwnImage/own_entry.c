// The program's entry (Package.swift, `-e`), before libc: a process that is about to execute itself again would set up
// libc and its heap for nothing. It does what own_image.c does where that is plain, for root, and decides nothing:
// whatever does not go leads to _start, and to the constructor there, which says why or finds another way.
//
// Nothing of libc can be called here, nor by what the compiler adds: there is no thread yet to keep errno in or a guard of
// the stack, and the static program's own relocations (memcpy and the like) have not been done.
#define _GNU_SOURCE
#include "own_entry.h"

#include <fcntl.h>
#include <linux/mount.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/statfs.h>
#include <sys/syscall.h>

#define FREESTANDING __attribute__((no_stack_protector, no_builtin))

FREESTANDING static long raw_call(long number, long a, long b, long c, long d, long e) {
#if defined(__x86_64__)
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                   : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
  return x0;
#else
#error "the raw system call of this architecture is missing"
#endif
}

// Whether `text` begins with `word`; with its end, if `whole`.
FREESTANDING static int begins(const char *text, const char *word, int whole) {
  while (*word && *text == *word) text++, word++;
  return !*word && !(whole && *text);
}

FREESTANDING int own_image_is_needed(char **arguments) {
  for (char **word = arguments; *word; word++)
    if (word != arguments && (begins(*word, "create", 1) || begins(*word, "run", 1) || begins(*word, "exec", 1)))
      return 1;
  return 0;
}

FREESTANDING size_t own_image_count(char **environment) {
  size_t count = 0;
  while (environment[count]) count++;
  return count;
}

FREESTANDING void own_image_environment(char **environment, char **own) {
  static char no_backtrace[] = "SWIFT_BACKTRACE=enable=no,swift-backtrace=/dev/null";
  *own++ = no_backtrace;
  for (char **word = environment; *word; word++)
    if (!begins(*word, "SWIFT_BACKTRACE=", 0)) *own++ = *word;
  *own = NULL;
}

FREESTANDING static void execute_from_mount(char **arguments, char **environment) {
  struct statfs system;
  if (raw_call(SYS_statfs, (long)own_image_file, (long)&system, 0, 0, 0) < 0 || system.f_flags & MS_RDONLY) return;
  long tree = raw_call(SYS_open_tree, AT_FDCWD, (long)own_image_file, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC, 0, 0);
  if (tree < 0) return;
  struct mount_attr attributes;
  attributes.attr_set = MOUNT_ATTR_RDONLY;
  attributes.attr_clr = attributes.propagation = attributes.userns_fd = 0;
  if (raw_call(SYS_mount_setattr, tree, (long)"", AT_EMPTY_PATH, (long)&attributes, sizeof attributes) == 0) {
    char *own[own_image_count(environment) + 2];
    own_image_environment(environment, own);
    raw_call(SYS_execveat, tree, (long)"", (long)arguments, (long)own, AT_EMPTY_PATH);
  }
  raw_call(SYS_close, tree, 0, 0, 0, 0);
}

// As the kernel has laid out the stack: the number of arguments, they, NULL, the environment, NULL (execve(2), the
// System V ABI's "Process Initialization").
FREESTANDING __attribute__((used)) void own_image_begin(long *stack) {
  char **arguments = (char **)(stack + 1);
  if (own_image_is_needed(arguments)) execute_from_mount(arguments, arguments + *stack + 1);
}

// _start finds the stack as it was, and no function to call at the end, which a loader would have left.
#if defined(__x86_64__)
__asm__(".text\n.globl own_image_entry\n.type own_image_entry, @function\n"
        "own_image_entry:\n"
        "  mov %rsp, %rbx\n  mov %rsp, %rdi\n  call own_image_begin\n"
        "  mov %rbx, %rsp\n  xor %edx, %edx\n  xor %ebp, %ebp\n  jmp _start\n"
        ".size own_image_entry, . - own_image_entry\n");
#else
__asm__(".text\n.globl own_image_entry\n.type own_image_entry, %function\n"
        "own_image_entry:\n"
        "  mov x19, sp\n  mov x0, sp\n  bl own_image_begin\n"
        "  mov sp, x19\n  mov x0, #0\n  b _start\n"
        ".size own_image_entry, . - own_image_entry\n");
#endif
