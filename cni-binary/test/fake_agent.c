#include "fake_agent.h"

#include "frame.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "cni.sock"};

static void require(bool holds, const char *what) {
    if (holds) return;
    perror(what);
    exit(2);
}

static int listening(int backlog) {
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    unlink(address.sun_path);
    require(fd >= 0 && bind(fd, (const struct sockaddr *)&address, sizeof address) == 0 && listen(fd, backlog) == 0, "fake agent: listen");
    return fd;
}

static void send_all(int fd, const unsigned char *bytes, size_t length) {
    while (length > 0) {
        ssize_t done = send(fd, bytes, length, MSG_NOSIGNAL);
        if (done <= 0) return;
        bytes += done;
        length -= (size_t)done;
    }
}

static bool receive_all(int fd, unsigned char *bytes, size_t length) {
    while (length > 0) {
        ssize_t done = recv(fd, bytes, length, 0);
        if (done <= 0) return false;
        bytes += done;
        length -= (size_t)done;
    }
    return true;
}

static void store(const char *name, const void *bytes, size_t length) {
    int fd = open("stored", O_WRONLY | O_CREAT | O_TRUNC, 0600);
    require(fd >= 0 && write(fd, bytes, length) == (ssize_t)length && close(fd) == 0 && rename("stored", name) == 0, "fake agent: store");
}

static struct frame request, reply;

static void receive_request(int fd, bool stored) {
    if (!receive_all(fd, request.bytes, FRAME_HEADER)) return;
    size_t body = (size_t)request.bytes[5] << 24 | (size_t)request.bytes[6] << 16 | (size_t)request.bytes[7] << 8 | request.bytes[8];
    if (body <= FRAME_BODY_MAX && receive_all(fd, request.bytes + FRAME_HEADER, body) && stored) store("request", request.bytes, FRAME_HEADER + body);
}

static bool gone(int fd, int ms) {
    struct pollfd on = {.fd = fd, .events = POLLRDHUP};
    return poll(&on, 1, ms) > 0;
}

static void serve(int fd, const struct script *script) {
    if (script->manner == CLOSES) return;
    if (script->manner == RAW) {
        receive_request(fd, true);
        send_all(fd, script->text, script->length);
        gone(fd, -1);
        return;
    }
    if (script->manner != ANSWERS_UNREAD) receive_request(fd, script->manner != ANSWERS_AT_ONCE);
    switch (script->manner) {
    case ANSWERS:
    case ANSWERS_AT_ONCE:
    case ANSWERS_UNREAD:
        send_all(fd, reply.bytes, reply.length);
        break;
    case SILENT:
        gone(fd, -1);
        store("cancelled", "", 0);
        break;
    case DRIPS:
        for (size_t i = 0; i < reply.length && !gone(fd, 20); i++) send_all(fd, reply.bytes + i, 1);
        break;
    case DIES_HALFWAY:
        send_all(fd, reply.bytes, reply.length / 2);
        break;
    case CLOSES:
    case RAW:
        break;
    }
}

pid_t fake_agent_start(struct script script) {
    int listener = listening(16);
    pid_t pid = fork();
    require(pid >= 0, "fake agent: fork");
    if (pid > 0) {
        close(listener);
        return pid;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    size_t text_length = script.manner == RAW ? 0 : script.length;
    reply.length = FRAME_HEADER + 1 + text_length;
    reply.bytes[FRAME_HEADER] = (unsigned char)script.exit_code;
    if (text_length > 0) memcpy(reply.bytes + FRAME_HEADER + 1, script.text, text_length);
    request_end(&reply);
    for (;;) {
        int fd = accept(listener, NULL, NULL);
        if (fd < 0) _exit(2);
        serve(fd, &script);
        close(fd);
    }
}

void fake_agent_stop(pid_t pid) {
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
}

struct busy fake_agent_busy(void) {
    struct busy busy = {.listener = listening(0)};
    for (size_t i = 0; i < 8; i++) {
        busy.waiting[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
        if (connect(busy.waiting[i], (const struct sockaddr *)&address, sizeof address) != 0) return busy;
    }
    require(false, "fake agent: the queue does not fill");
    return busy;
}

void fake_agent_busy_end(struct busy busy) {
    for (size_t i = 0; i < 8; i++) {
        if (busy.waiting[i] > 0) close(busy.waiting[i]);
    }
    close(busy.listener);
}
