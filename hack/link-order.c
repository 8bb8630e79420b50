// usage: link-order FUNCTIONS START END FILE PROGRAM ARGUMENT…
// Runs a statically linked program and its children, up to the next program that they execute, and writes the address of
// each function when it is first used. FUNCTIONS has the addresses to look at, in hexadecimal, one a line; FILE gets those
// that were used. Each has a breakpoint, which goes with the first use: the program hardly runs slower. When the program
// ends, FILE also gets the addresses from START to END (hexadecimal; both 0 for none) that it has written to. ptrace(2).
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SPAN = 0x8000000, BREAKPOINT = 0xcc };
static unsigned char wanted[SPAN], original[SPAN], before[SPAN], after[SPAN];
static unsigned long start, end;

static int memory(pid_t process) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/mem", process);
  return open(path, O_RDWR | O_CLOEXEC);
}

// Sets all breakpoints in a program that has not begun yet.
static int prepare(pid_t process) {
  int file = memory(process);
  if (file < 0) return -1;
  for (long address = 0; address < SPAN; address++) {
    unsigned char code = BREAKPOINT;
    if (!wanted[address]) continue;
    if (pread(file, original + address, 1, address) != 1 || pwrite(file, &code, 1, address) != 1) return -1;
  }
  if (pread(file, before, end - start, start) != (ssize_t)(end - start)) return -1;
  return close(file);
}

// What a program that ends has in its data, and had not at its beginning.
static int compare(pid_t process, FILE *output) {
  int file = memory(process);
  if (file < 0 || pread(file, after, end - start, start) != (ssize_t)(end - start)) return -1;
  for (unsigned long at = 0; at < end - start; at++)
    if (before[at] != after[at]) fprintf(output, "%lx\n", start + at);
  return close(file);
}

// Takes the breakpoint away that a process has come to; -1 if it stopped for another reason.
static long reached(pid_t process) {
  struct user_regs_struct registers;
  siginfo_t information;
  if (ptrace(PTRACE_GETSIGINFO, process, 0, &information) != 0 || information.si_code != SI_KERNEL) return -1;
  if (ptrace(PTRACE_GETREGS, process, 0, &registers) != 0) return -1;
  unsigned long address = registers.rip - 1;
  if (address >= SPAN || !wanted[address]) return -1;
  int file = memory(process);
  if (file < 0 || pwrite(file, original + address, 1, address) != 1) return -1;
  close(file);
  registers.rip = address;
  ptrace(PTRACE_SETREGS, process, 0, &registers);
  return address;
}

int main(int count, char **arguments) {
  if (count < 6) return 2;
  FILE *functions = fopen(arguments[1], "r"), *output = fopen(arguments[4], "w");
  if (!functions || !output) return perror("open"), 1;
  for (unsigned long address; fscanf(functions, "%lx", &address) == 1;) {
    if (address < SPAN) wanted[address] = 1;
  }
  start = strtoul(arguments[2], NULL, 16);
  end = strtoul(arguments[3], NULL, 16);
  if (end < start || end - start > SPAN) return 2;
  pid_t program = fork();
  if (program == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    execv(arguments[5], arguments + 5);
    _exit(127);
  }
  int status, result = 1;
  if (program < 0 || waitpid(program, &status, 0) < 0 || prepare(program)) return perror("start"), 1;
  ptrace(PTRACE_SETOPTIONS, program, 0,
      PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT
          | PTRACE_O_EXITKILL);
  ptrace(PTRACE_CONT, program, 0, 0);
  for (pid_t process; (process = waitpid(-1, &status, __WALL)) > 0;) {
    if (WIFEXITED(status) || WIFSIGNALED(status)) {
      if (process == program) result = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
      continue;
    }
    int signal = WSTOPSIG(status);
    if (status >> 16 == PTRACE_EVENT_EXEC) {
      // What a process executes is another program.
      ptrace(PTRACE_DETACH, process, 0, 0);
      continue;
    } else if (status >> 16 == PTRACE_EVENT_EXIT) {
      if (process == program && compare(process, output)) return perror("compare"), 1;
    } else if (signal == SIGTRAP && status >> 16 == 0) {
      long address = reached(process);
      if (address >= 0) fprintf(output, "%lx\n", address);
    }
    ptrace(PTRACE_CONT, process, 0, signal == SIGTRAP || signal == SIGSTOP ? 0 : signal);
  }
  return fclose(output) == 0 ? result : 1;
}
