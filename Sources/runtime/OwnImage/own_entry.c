// The program's entry (Package.swift, `-e`), before libc. It does what own_image.c does where that is plain, for root, and
// decides nothing: whatever does not go leads to _start, and to the constructor there, which says why or finds another way.
//
// Here nothing need be executed: the program's segments are mapped again, from the file in the read-only mount, over
// themselves. They are still as they are in the file, and none of them is needed while it is exchanged. Where the kernel
// does not take that for the process's program, the file is executed after all: libc has not been set up for nothing.
//
// Nothing of libc can be called here, nor by what the compiler adds: there is no thread yet to keep errno in or a guard of
// the stack, and the static program's own relocations (memcpy and the like) have not been done.
#define _GNU_SOURCE
#include "own_entry.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <linux/mount.h>
#include <linux/prctl.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/statfs.h>
#include <sys/syscall.h>

#define FREESTANDING __attribute__((no_stack_protector, no_builtin))

FREESTANDING static long raw_call(long number, long a, long b, long c, long d, long e, long f) {
#if defined(__x86_64__)
  long result;
  register long r10 __asm__("r10") = d;
  register long r8 __asm__("r8") = e;
  register long r9 __asm__("r9") = f;
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                   : "rcx", "r11", "memory");
  return result;
#elif defined(__aarch64__)
  register long x8 __asm__("x8") = number;
  register long x0 __asm__("x0") = a;
  register long x1 __asm__("x1") = b;
  register long x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d;
  register long x4 __asm__("x4") = e;
  register long x5 __asm__("x5") = f;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
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

// A number's digits, at the end of a text that has room for them.
FREESTANDING static void append(char *text, long number) {
  while (*text) text++;
  char digits[20];
  int count = 0;
  do digits[count++] = (char)('0' + number % 10);
  while (number /= 10);
  while (count) *text++ = digits[--count];
  *text = 0;
}

// Where a text ends, behind its zero.
FREESTANDING static unsigned long after(const char *text) {
  while (*text) text++;
  return (unsigned long)text + 1;
}

extern const ElfW(Ehdr) __ehdr_start;

// Maps one segment as the kernel has (binfmt_elf.c): what lies behind its part of the file, up to the end of that page, is
// zero.
FREESTANDING static long map_again(const ElfW(Phdr) *segment, long file, long page) {
  long start = (long)segment->p_vaddr & -page, end = (long)(segment->p_vaddr + segment->p_filesz);
  int access = (segment->p_flags & PF_R ? PROT_READ : 0) | (segment->p_flags & PF_W ? PROT_WRITE : 0)
      | (segment->p_flags & PF_X ? PROT_EXEC : 0);
  long offset = (long)segment->p_offset - ((long)segment->p_vaddr - start);
  long mapped = raw_call(SYS_mmap, start, end - start, access, MAP_PRIVATE | MAP_FIXED, file, offset);
  if (mapped != start) return -1;
  if (segment->p_flags & PF_W && segment->p_memsz > segment->p_filesz)
    for (volatile char *byte = (char *)end; (long)byte & (page - 1); byte++) *byte = 0;
  return 0;
}

// What the kernel knows of where the process's parts lie, as execve(2) has set it (binfmt_elf.c).
FREESTANDING static void find_parts(
    struct prctl_mm_map *map, char **arguments, const ElfW(Phdr) *segments, int count) {
  map->start_code = map->start_data = map->end_code = map->end_data = 0;
  for (int index = 0; index < count; index++) {
    const ElfW(Phdr) *segment = &segments[index];
    if (segment->p_type != PT_LOAD) continue;
    unsigned long start = segment->p_vaddr, end = segment->p_vaddr + segment->p_filesz;
    if (segment->p_flags & PF_X && !map->start_code) map->start_code = start;
    if (segment->p_flags & PF_X) map->end_code = end;
    map->start_data = start;
    map->end_data = end;
  }
  map->start_brk = map->brk = (unsigned long)raw_call(SYS_brk, 0, 0, 0, 0, 0, 0);
  map->start_stack = (unsigned long)(arguments - 1);
  map->arg_start = (unsigned long)arguments[0];
  char **word = arguments;
  while (word[1]) word++;
  map->arg_end = after(*word);
  word += 2;
  map->env_start = map->env_end = map->arg_end;
  for (; *word; word++) map->env_end = after(*word);
  map->auxv = NULL;
  map->auxv_size = 0;
}

// The process's program is the file from now on, as if it had been executed: to the kernel a program is what /proc/PID/exe
// shows, and that may be exchanged when nothing of the old one is mapped any more (prctl(2), PR_SET_MM_MAP).
FREESTANDING static long become(long file, char **arguments, long page) {
  const ElfW(Phdr) *segments = (const ElfW(Phdr) *)((const char *)&__ehdr_start + __ehdr_start.e_phoff);
  int count = __ehdr_start.e_phnum;
  for (int index = 0; index < count; index++)
    if (segments[index].p_type == PT_LOAD && map_again(&segments[index], file, page) < 0) return -1;
  struct prctl_mm_map map;
  find_parts(&map, arguments, segments, count);
  map.exe_fd = (unsigned int)file;
  return raw_call(SYS_prctl, PR_SET_MM, PR_SET_MM_MAP, (long)&map, sizeof map, 0, 0);
}

FREESTANDING static void move_to_mount(char **arguments, long page) {
  struct statfs system;
  if (raw_call(SYS_statfs, (long)own_image_file, (long)&system, 0, 0, 0, 0) < 0 || system.f_flags & MS_RDONLY) return;
  long tree = raw_call(SYS_open_tree, AT_FDCWD, (long)own_image_file, OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC, 0, 0, 0);
  if (tree < 0) return;
  struct mount_attr attributes;
  attributes.attr_set = MOUNT_ATTR_RDONLY;
  attributes.attr_clr = attributes.propagation = attributes.userns_fd = 0;
  if (raw_call(SYS_mount_setattr, tree, (long)"", AT_EMPTY_PATH, (long)&attributes, sizeof attributes, 0) == 0) {
    char path[40] = "/proc/self/fd/";
    append(path, tree);
    long file = raw_call(SYS_openat, AT_FDCWD, (long)path, O_RDONLY | O_CLOEXEC, 0, 0, 0);
    if (file >= 0) {
      if (become(file, arguments, page) < 0) {
        char **environment = arguments;
        while (*environment++) continue;
        raw_call(SYS_execveat, tree, (long)"", (long)arguments, (long)environment, AT_EMPTY_PATH, 0);
      }
      raw_call(SYS_close, file, 0, 0, 0, 0, 0);
    }
  }
  raw_call(SYS_close, tree, 0, 0, 0, 0, 0);
}

// The size of a page, from the words that the kernel has put behind the environment (getauxval(3)).
FREESTANDING static long page_size(char **environment) {
  while (*environment) environment++;
  for (ElfW(auxv_t) *word = (ElfW(auxv_t) *)(environment + 1); word->a_type != AT_NULL; word++)
    if (word->a_type == AT_PAGESZ) return (long)word->a_un.a_val;
  return 0;
}

// As the kernel has laid out the stack: the number of arguments, they, NULL, the environment, NULL (execve(2), the
// System V ABI's "Process Initialization").
FREESTANDING __attribute__((used)) void own_image_begin(long *stack) {
  char **arguments = (char **)(stack + 1);
  if (!own_image_is_needed(arguments)) return;
  long page = page_size(arguments + *stack + 1);
  if (page > 0) move_to_mount(arguments, page);
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
