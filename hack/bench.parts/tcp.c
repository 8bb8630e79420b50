// usage: tcp serve PORT
//        tcp rate ADDRESS PORT CONNECTIONS
//        tcp stream ADDRESS PORT MEBIBYTES
// The server gives each connection what its first byte asks for: one byte, or as many as it can take. The clients print
// connections made per second, one after another, or MiB received per second.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static char buffer[1 << 18];

static int fail(const char *what) { return perror(what), exit(1), 1; }

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static int serve(int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  int one = 1, listener = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 1024)) fail("listen");
  signal(SIGCHLD, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
  for (;;) {
    int connection = accept(listener, 0, 0);
    if (connection < 0) continue;
    char wish = 0;
    if (read(connection, &wish, 1) == 1 && wish == 's') {
      if (fork() == 0) {
        while (write(connection, buffer, sizeof buffer) > 0) continue;
        _exit(0);
      }
    } else if (wish == 'c') {
      if (write(connection, &wish, 1) != 1) perror("write");
    }
    close(connection);
  }
}

static int reach(const char *host, int port) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  // Closed by a reset, so that no port of ours is kept waiting.
  struct linger linger = {.l_onoff = 1};
  int connection = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(connection, SOL_SOCKET, SO_LINGER, &linger, sizeof linger);
  if (inet_pton(AF_INET, host, &address.sin_addr) != 1) return fprintf(stderr, "no address: %s\n", host), exit(2), 2;
  if (connect(connection, (struct sockaddr *)&address, sizeof address)) fail("connect");
  return connection;
}

static int rate(const char *host, int port, int count) {
  double begin = now();
  for (int number = 0; number < count; number++) {
    int connection = reach(host, port);
    char byte = 'c';
    if (write(connection, &byte, 1) != 1 || read(connection, &byte, 1) != 1) fail("no answer");
    close(connection);
  }
  return printf("%.1f\n", count / (now() - begin)) < 0;
}

static int stream(const char *host, int port, long mebibytes) {
  int connection = reach(host, port);
  if (write(connection, "s", 1) != 1) fail("write");
  double begin = now();
  for (long left = mebibytes << 20; left > 0;) {
    ssize_t got = read(connection, buffer, sizeof buffer);
    if (got <= 0) fail("no more comes");
    left -= got;
  }
  return printf("%.1f\n", mebibytes / (now() - begin)) < 0;
}

int main(int count, char **arguments) {
  alarm(count == 5 ? 120 : 0);  // A client whose packets are dropped ends, too.
  if (count == 3 && !strcmp(arguments[1], "serve")) return serve(atoi(arguments[2]));
  if (count == 5 && !strcmp(arguments[1], "rate")) return rate(arguments[2], atoi(arguments[3]), atoi(arguments[4]));
  if (count == 5 && !strcmp(arguments[1], "stream")) return stream(arguments[2], atoi(arguments[3]), atol(arguments[4]));
  return fputs("usage: tcp serve PORT | rate ADDRESS PORT COUNT | stream ADDRESS PORT MEBIBYTES\n", stderr), 2;
}
