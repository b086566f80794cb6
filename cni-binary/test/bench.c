/*
 * What one call costs: the program asks an agent that answers at once, against executing a static program that does nothing. argv: the program, the
 * program that does nothing, rounds. Both are alternated, so that a busy machine is busy for both. Prints one JSON object.
 */
#include "fake_agent.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static double once(const char *program, int input) {
    char *arguments[] = {"aws-cni", NULL};
    char *environment[] = {"CNI_COMMAND=ADD", "CNI_CONTAINERID=4f1c0e1d", "CNI_NETNS=/run/netns/cni-1", "CNI_IFNAME=eth0", "CNI_PATH=/opt/cni/bin", NULL};
    double start = microseconds();
    pid_t pid = fork();
    if (pid == 0) {
        int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
        lseek(input, 0, SEEK_SET);
        if (dup2(input, 0) != 0 || dup2(nothing, 1) != 1) _exit(126);
        execve(program, arguments, environment);
        _exit(127);
    }
    int status;
    if (waitpid(pid, &status, 0) != pid || status != 0) {
        fprintf(stderr, "bench: %s ended with status %x\n", program, (unsigned)status);
        exit(1);
    }
    return microseconds() - start;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    size_t rounds = (size_t)atoi(argv[3]);
    static char result[900], configuration[1500];
    memset(result, ' ', sizeof result);
    memset(configuration, ' ', sizeof configuration);
    double *calls = calloc(rounds, sizeof *calls), *floors = calloc(rounds, sizeof *floors);
    int input = open(".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (rounds == 0 || calls == NULL || floors == NULL || write(input, configuration, sizeof configuration) != sizeof configuration) return 2;
    pid_t agent = fake_agent_start((struct script){.manner = ANSWERS_AT_ONCE, .text = result, .length = sizeof result});
    for (size_t i = 0; i < rounds; i++) {
        calls[i] = once(argv[1], input);
        floors[i] = once(argv[2], input);
    }
    fake_agent_stop(agent);
    qsort(calls, rounds, sizeof *calls, ascending);
    qsort(floors, rounds, sizeof *floors, ascending);
    double call = calls[rounds / 2], nothing = floors[rounds / 2];
    printf("{\"rounds\": %zu, \"callMicrosP50\": %.0f, \"callMicrosP99\": %.0f, \"floorMicrosP50\": %.0f, \"floorMicrosP99\": %.0f, \"aboveFloorMicrosP50\": %.0f}\n",
           rounds, call, calls[rounds * 99 / 100], nothing, floors[rounds * 99 / 100], call - nothing);
    return call - nothing <= 300 ? 0 : 1;
}
