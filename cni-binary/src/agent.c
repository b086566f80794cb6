#include "agent.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

/*
 * A Unix socket never answers EINPROGRESS: with a full backlog a non-blocking connect fails at once and cannot be polled for. SO_SNDTIMEO
 * bounds the blocking one.
 */
static int agent_connect(const char *path, int64_t deadline, struct reason *why) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address.sun_path) {
        reason_set(why, "the path %s is too long for a socket", path);
        return -1;
    }
    strcpy(address.sun_path, path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    int left = left_ms(deadline);
    while (fd >= 0 && left > 0) {
        struct timeval timeout = {.tv_sec = left / 1000, .tv_usec = left % 1000 * 1000};
        setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout);
        if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
        if (errno != EINTR) break;
        left = left_ms(deadline);
    }
    if (left == 0 || errno == EAGAIN) {
        reason_set(why, "connect to %s: it did not accept the connection in time", path);
    } else {
        reason_set(why, "connect to %s: %s", path, strerror(errno));
    }
    if (fd >= 0) close(fd);
    return -1;
}

/* Returns how much has been sent. A broken connection counts as all: an agent that refuses a request may close early, and its answer can still be read. */
static size_t send_some(int fd, const struct frame *request, size_t sent) {
    ssize_t done = send(fd, request->bytes + sent, request->length - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (done >= 0) return sent + (size_t)done;
    return errno == EINTR || errno == EAGAIN ? sent : request->length;
}

static enum answer_state receive_some(int fd, struct frame *answer, struct reason *why) {
    ssize_t got = recv(fd, answer->bytes + answer->length, answer_wants(answer), MSG_DONTWAIT);
    if (got > 0) return answer_grew(answer, (size_t)got, why);
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) return ANSWER_PARTIAL;
    if (got < 0) {
        reason_set(why, "the connection broke: %s", strerror(errno));
    } else if (answer->length == 0) {
        reason_set(why, "it closed the connection without an answer");
    } else {
        reason_set(why, "it closed the connection in the middle of its answer (%zu bytes were missing)", answer_wants(answer));
    }
    return ANSWER_GARBAGE;
}

enum asked agent_exchange(int fd, const struct frame *request, struct frame *answer, int64_t deadline, int reader, struct reason *why) {
    size_t sent = 0;
    answer->length = 0;
    for (;;) {
        int left = left_ms(deadline);
        short sending = sent < request->length ? POLLOUT : 0;
        struct pollfd on[2] = {{.fd = fd, .events = (short)(POLLIN | sending)}, {.fd = reader}};
        int count = left == 0 ? 0 : poll(on, 2, left);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) {
            reason_set(why, "poll: %s", strerror(errno));
            return ASKED_NO_ANSWER;
        }
        if (count == 0) {
            reason_set(why, "it did not answer in time");
            return ASKED_NO_ANSWER;
        }
        if (on[1].revents != 0) return ASKED_CANCELLED;
        if (on[0].revents & POLLOUT) sent = send_some(fd, request, sent);
        if (on[0].revents & ~POLLOUT) {
            enum answer_state state = receive_some(fd, answer, why);
            if (state == ANSWER_COMPLETE) return ASKED_ANSWERED;
            if (state == ANSWER_GARBAGE) return ASKED_NO_ANSWER;
        }
    }
}

enum asked agent_ask(const char *path, const struct frame *request, struct frame *answer, struct patience patience, int reader, struct reason *why) {
    int fd = agent_connect(path, patience.connect_until, why);
    if (fd < 0) return ASKED_NO_ANSWER;
    enum asked asked = agent_exchange(fd, request, answer, patience.answer_until, reader, why);
    close(fd);
    return asked;
}
