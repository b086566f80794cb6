#include "program.h"

#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { READ, WRITE };

static struct outcome outcome;

static void become(const struct execution *execution, int in, int out, int err) {
    if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0) _exit(126);
    if (execution->input_closed) close(0);
    if (execution->output_closed) close(1);
    if (execution->user != 0 && (setgroups(0, NULL) != 0 || setgid(execution->user) != 0 || setuid(execution->user) != 0)) _exit(126);
    signal(SIGPIPE, SIG_DFL);
    char *arguments[] = {(char *)execution->name, (char *)execution->argument, NULL};
    execve(execution->program, arguments, (char **)execution->variables);
    _exit(127);
}

static void collect(int fd, char *bytes, size_t room, size_t *length, int *open_fds, struct pollfd *on) {
    ssize_t got = read(fd, bytes + *length, room - *length);
    if (got > 0) {
        *length += (size_t)got;
        return;
    }
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    on->fd = -1;
    (*open_fds)--;
}

/* Feeds and drains all three pipes at once: a program that answers before it has read everything must not stop the test. */
static void converse(const struct execution *execution, pid_t pid, int in, int out, int err) {
    int64_t deadline = now_ms() + 20000;
    const char *input = execution->input;
    size_t rest = execution->input_length, errors_length = 0;
    int open_fds = 2;
    struct pollfd on[3] = {{.fd = in, .events = POLLOUT}, {.fd = out, .events = POLLIN}, {.fd = err, .events = POLLIN}};
    if (execution->output_without_reader || execution->output_not_read) {
        on[1].fd = -1;
        open_fds = 1;
    }
    while (open_fds > 0) {
        if (rest == 0 && on[0].fd >= 0 && !execution->input_stays_open) {
            close(in);
            on[0].fd = -1;
        }
        on[0].events = rest > 0 ? POLLOUT : 0;
        if (poll(on, 3, left_ms(deadline)) == 0) {
            kill(pid, SIGKILL);
            break;
        }
        if (on[1].fd >= 0 && on[1].revents) collect(out, outcome.output, sizeof outcome.output - 1, &outcome.output_length, &open_fds, &on[1]);
        if (on[2].fd >= 0 && on[2].revents) collect(err, outcome.errors, sizeof outcome.errors - 1, &errors_length, &open_fds, &on[2]);
        if (on[0].fd >= 0 && on[0].revents) {
            ssize_t done = write(in, input, rest);
            if (done > 0) {
                input += done;
                rest -= (size_t)done;
            } else if (done == 0 || errno != EAGAIN) {
                rest = 0;
                if (execution->input_stays_open) on[0].fd = -1;
            }
        }
    }
    outcome.output[outcome.output_length] = '\0';
    outcome.errors[errors_length] = '\0';
    if (on[0].fd >= 0 || execution->input_stays_open) close(in);
}

const struct outcome *execute(const struct execution *execution) {
    int in[2], out[2], err[2];
    if (pipe2(in, O_CLOEXEC) != 0 || pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) abort();
    outcome.output_length = 0;
    int64_t start = now_ms();
    signal(SIGPIPE, SIG_IGN);
    pid_t pid = fork();
    if (pid < 0) abort();
    if (pid == 0) {
        if (execution->output_without_reader) close(out[READ]);
        become(execution, in[READ], out[WRITE], err[WRITE]);
    }
    close(in[READ]);
    close(out[WRITE]);
    close(err[WRITE]);
    if (execution->output_without_reader) close(out[READ]);
    fcntl(in[WRITE], F_SETFL, O_NONBLOCK);
    converse(execution, pid, in[WRITE], out[READ], err[READ]);
    if (!execution->output_without_reader) close(out[READ]);
    close(err[READ]);
    int status;
    waitpid(pid, &status, 0);
    outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
    outcome.ms = now_ms() - start;
    return &outcome;
}

pid_t execute_beside(const struct execution *execution) {
    pid_t pid = fork();
    if (pid != 0) return pid;
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    become(execution, nothing, nothing, nothing);
    return -1;
}
