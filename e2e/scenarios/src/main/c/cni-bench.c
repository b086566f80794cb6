/*
 * Plays the container runtime for the benchmarks: runs a CNI plugin for many pods and prints how long each call took, from before the
 * fork until the plugin was reaped, one line per call: milliseconds, the exit status, and when the call ended in milliseconds of the
 * monotonic clock, with blanks between. Runs on the node (its namespaces).
 *
 *   cni-bench VERB PLUGIN CONF PREFIX FIRST COUNT PARALLEL
 *
 * VERB: ADD or DEL call the plugin with the network configuration CONF on stdin; EXEC runs PLUGIN without arguments, as the floor;
 * MAKE makes the pods' network namespaces under /run/netns, DROP removes them (neither is measured, neither prints).
 * Pods are named PREFIX-n. What a failed call printed goes to stderr.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { MAX_PARALLEL = 256, MAX_OUTPUT = 65536 };

struct call {
  pid_t pid;
  int number;
  int output;
  double begun;
};

static void die(const char *what) {
  perror(what);
  exit(1);
}

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void netns_path(char *path, size_t size, const char *prefix, int n) { snprintf(path, size, "/run/netns/%s-%d", prefix, n); }

static void make_netns(const char *prefix, int n) {
  char path[256];
  netns_path(path, sizeof path, prefix, n);
  int file = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0);
  if (file < 0) die(path);
  close(file);
  pid_t child = fork();
  if (child == 0) {
    if (unshare(CLONE_NEWNET) != 0 || mount("/proc/self/ns/net", path, NULL, MS_BIND, NULL) != 0) die(path);
    _exit(0);
  }
  int status;
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0) die("make");
}

static void drop_netns(const char *prefix, int n) {
  char path[256];
  netns_path(path, sizeof path, prefix, n);
  umount2(path, MNT_DETACH);
  unlink(path);
}

/* An unlinked file rather than a pipe: a plugin that prints much cannot be blocked by us. */
static int scratch(void) {
  int fd = memfd_create("out", MFD_CLOEXEC);
  if (fd < 0) die("memfd");
  return fd;
}

static struct call start(const char *verb, const char *plugin, const char *conf, const char *prefix, int n) {
  static char environment[6][512];
  char *pointers[7];
  snprintf(environment[0], sizeof environment[0], "CNI_COMMAND=%s", verb);
  snprintf(environment[1], sizeof environment[1], "CNI_CONTAINERID=%s-%d", prefix, n);
  snprintf(environment[2], sizeof environment[2], "CNI_NETNS=/run/netns/%s-%d", prefix, n);
  snprintf(environment[3], sizeof environment[3], "CNI_IFNAME=eth0");
  snprintf(environment[4], sizeof environment[4], "CNI_PATH=/opt/cni/bin");
  snprintf(environment[5], sizeof environment[5], "CNI_ARGS=IgnoreUnknown=1;K8S_POD_NAMESPACE=bench;K8S_POD_NAME=%s-%d;K8S_POD_INFRA_CONTAINER_ID=%s-%d",
           prefix, n, prefix, n);
  for (int i = 0; i < 6; i++) pointers[i] = environment[i];
  pointers[6] = NULL;
  char *arguments[] = {(char *)plugin, NULL};
  struct call call = {.number = n, .output = scratch(), .begun = now_ms()};
  /* vfork: what a runtime's spawn costs, without copying our page tables. */
  call.pid = vfork();
  if (call.pid < 0) die("vfork");
  if (call.pid == 0) {
    int in = open(conf, O_RDONLY);
    if (in < 0 || dup2(in, 0) < 0 || dup2(call.output, 1) < 0) _exit(127);
    execve(plugin, arguments, pointers);
    _exit(127);
  }
  return call;
}

static int finish(struct call *call, int status, int quiet) {
  double ended = now_ms(), took = ended - call->begun;
  int exit_status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  printf("%.4f %d %.4f\n", took, exit_status, ended);
  if (exit_status != 0 && !quiet) {
    char text[MAX_OUTPUT];
    ssize_t got = pread(call->output, text, sizeof text - 1, 0);
    text[got < 0 ? 0 : got] = 0;
    fprintf(stderr, "pod %d: %s\n", call->number, text);
  }
  close(call->output);
  call->pid = 0;
  return exit_status;
}

static int run(const char *verb, char **argv, int first, int count, int parallel) {
  struct call calls[MAX_PARALLEL] = {{0}};
  int next = first, running = 0, failed = 0, quiet = strcmp(verb, "EXEC") == 0;
  while (next < first + count || running > 0) {
    for (int i = 0; i < parallel && next < first + count; i++) {
      if (calls[i].pid != 0) continue;
      calls[i] = start(verb, argv[2], argv[3], argv[4], next++);
      running++;
    }
    int status;
    pid_t ended = wait(&status);
    if (ended < 0) die("wait");
    for (int i = 0; i < parallel; i++) {
      if (calls[i].pid == ended) {
        failed += finish(&calls[i], status, quiet) != 0;
        running--;
      }
    }
  }
  return quiet ? 0 : failed;
}

int main(int argc, char **argv) {
  if (argc != 8) {
    fprintf(stderr, "usage: cni-bench ADD|DEL|EXEC|MAKE|DROP PLUGIN CONF PREFIX FIRST COUNT PARALLEL\n");
    return 2;
  }
  const char *verb = argv[1];
  int first = atoi(argv[5]), count = atoi(argv[6]), parallel = atoi(argv[7]);
  if (count < 1 || parallel < 1 || parallel > MAX_PARALLEL) {
    fprintf(stderr, "cni-bench: COUNT is at least 1, PARALLEL 1 to %d\n", MAX_PARALLEL);
    return 2;
  }
  if (strcmp(verb, "MAKE") == 0 || strcmp(verb, "DROP") == 0) {
    for (int n = first; n < first + count; n++) (verb[0] == 'M' ? make_netns : drop_netns)(argv[4], n);
    return 0;
  }
  return run(verb, argv, first, count, parallel) == 0 ? 0 : 1;
}
