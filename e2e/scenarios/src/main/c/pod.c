/*
 * The only program of the test image, static, so that the image needs no registry and no distribution.
 *
 *   pod                     waits until it is told to end, as a pause container does
 *   pod serve PORT          answers each TCP connection with the peer's address and a newline
 *   pod send IP PORT BYTES  sends so many bytes and prints how many milliseconds the receiver took to take them
 *   pod sink PORT           reads each TCP connection to its end, then answers with one byte
 *   pod read FILE           prints a file, for example a sysctl
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int fail(const char *what) {
  perror(what);
  return 1;
}

static void end(int signal_number) {
  (void)signal_number;
  _exit(0);
}

static _Noreturn void wait_for_end(void) {
  for (;;) pause();
}

static int listening(const char *port) {
  int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int yes = 1;
  struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(port))};
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) != 0 || listen(fd, 64) != 0) return -1;
  return fd;
}

static int serve(const char *port, int sink) {
  int fd = listening(port);
  if (fd < 0) return fail("listen");
  for (;;) {
    struct sockaddr_in peer;
    socklen_t size = sizeof peer;
    int connection = accept(fd, (struct sockaddr *)&peer, &size);
    if (connection < 0) continue;
    char text[INET_ADDRSTRLEN + 1] = "";
    if (sink) {
      static char bytes[65536];
      while (read(connection, bytes, sizeof bytes) > 0) continue;
      strcpy(text, ".");
    } else {
      inet_ntop(AF_INET, &peer.sin_addr, text, INET_ADDRSTRLEN);
      strcat(text, "\n");
    }
    if (write(connection, text, strlen(text)) < 0) perror("write");
    close(connection);
  }
}

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int send_bytes(const char *ip, const char *port, long bytes) {
  struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(port))};
  if (inet_pton(AF_INET, ip, &to.sin_addr) != 1) return fail("address");
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof to) != 0) return fail("connect");
  static char block[65536];
  double begun = now_ms();
  while (bytes > 0) {
    ssize_t sent = write(fd, block, bytes < (long)sizeof block ? (size_t)bytes : sizeof block);
    if (sent < 0) return fail("write");
    bytes -= sent;
  }
  shutdown(fd, SHUT_WR);
  char answer;
  if (read(fd, &answer, 1) != 1) return fail("answer");
  printf("%.0f\n", now_ms() - begun);
  return 0;
}

static int print(const char *file) {
  char bytes[4096];
  int fd = open(file, O_RDONLY);
  if (fd < 0) return fail(file);
  ssize_t got;
  while ((got = read(fd, bytes, sizeof bytes)) > 0) fwrite(bytes, 1, (size_t)got, stdout);
  return got < 0 ? fail(file) : 0;
}

int main(int argc, char **argv) {
  signal(SIGTERM, end);
  signal(SIGINT, end);
  signal(SIGCHLD, SIG_IGN);
  const char *verb = argc > 1 ? argv[1] : "";
  if (argc == 3 && strcmp(verb, "serve") == 0) return serve(argv[2], 0);
  if (argc == 3 && strcmp(verb, "sink") == 0) return serve(argv[2], 1);
  if (argc == 5 && strcmp(verb, "send") == 0) return send_bytes(argv[2], argv[3], atol(argv[4]));
  if (argc == 3 && strcmp(verb, "read") == 0) return print(argv[2]);
  wait_for_end();
}
