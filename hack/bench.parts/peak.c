// usage: peak PROGRAM ARGUMENT…
// Runs a program and prints the most memory that it, or a child it waited for, had resident, in KiB. In C, since a
// process counts what its parent had resident when it forked (getrusage(2): the peak outlives exec).
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int count, char **arguments) {
  if (count < 2) return fprintf(stderr, "usage: peak PROGRAM ARGUMENT...\n"), 125;
  pid_t pid = fork();
  if (pid == 0) {
    // What is created outlives this and must not hold the pipe that the answer goes to.
    int null = open("/dev/null", O_RDWR);
    if (null == -1 || dup2(null, 0) == -1 || dup2(null, 1) == -1 || dup2(null, 2) == -1) _exit(125);
    execv(arguments[1], arguments + 1);
    _exit(127);
  }
  int status;
  struct rusage usage;
  if (pid == -1 || wait4(pid, &status, 0, &usage) != pid) return perror("peak"), 125;
  printf("%ld\n", usage.ru_maxrss);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
