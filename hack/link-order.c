// usage: link-order FILE PROGRAM ARGUMENT…
// Steps through a statically linked program and its children, up to the next program that they execute, and writes the
// address of each 16 bytes of code when they are first used. ptrace(2).
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BASE = 0x200000, SPAN = 0x4000000 };
static unsigned char seen[SPAN / 16];

int main(int count, char **arguments) {
  if (count < 3) return 2;
  FILE *output = fopen(arguments[1], "w");
  if (!output) return perror(arguments[1]), 1;
  pid_t program = fork();
  if (program == 0) {
    ptrace(PTRACE_TRACEME, 0, 0, 0);
    execv(arguments[2], arguments + 2);
    _exit(127);
  }
  int status, result = 1;
  if (program < 0 || waitpid(program, &status, 0) < 0) return perror("start"), 1;
  ptrace(PTRACE_SETOPTIONS, program, 0,
      PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL);
  ptrace(PTRACE_SINGLESTEP, program, 0, 0);
  for (pid_t process; (process = waitpid(-1, &status, __WALL)) > 0;) {
    if (WIFEXITED(status) || WIFSIGNALED(status)) {
      if (process == program) result = WIFEXITED(status) ? WEXITSTATUS(status) : 1;
      continue;
    }
    // A child that executes is the container's program; the runtime itself executes itself once more.
    if (status >> 16 == PTRACE_EVENT_EXEC && process != program) {
      ptrace(PTRACE_DETACH, process, 0, 0);
      continue;
    }
    struct user_regs_struct registers;
    if (ptrace(PTRACE_GETREGS, process, 0, &registers) == 0) {
      unsigned long offset = registers.rip - BASE;
      if (offset < SPAN && !seen[offset / 16]) {
        seen[offset / 16] = 1;
        fprintf(output, "%llx\n", registers.rip);
      }
    }
    int signal = WSTOPSIG(status);
    ptrace(PTRACE_SINGLESTEP, process, 0, signal == SIGTRAP || signal == SIGSTOP ? 0 : signal);
  }
  return fclose(output) == 0 ? result : 1;
}
