#include "text.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void reason_set(struct reason *why, const char *format, ...) {
    va_list values;
    va_start(values, format);
    vsnprintf(why->text, sizeof why->text, format, values);
    va_end(values);
}

int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t now_ms(void) {
    return now_ns() / 1000000;
}

int left_ms(int64_t deadline) {
    int64_t left = deadline - now_ms();
    return left <= 0 ? 0 : left > INT_MAX ? INT_MAX : (int)left;
}

bool write_all(int fd, const void *bytes, size_t length, int64_t deadline) {
    const char *at = bytes;
    while (length > 0) {
        struct pollfd ready = {.fd = fd, .events = POLLOUT};
        int count = poll(&ready, 1, left_ms(deadline));
        if (count < 0 && errno != EINTR) return false;
        if (count < 0) continue;
        if (count == 0) {
            errno = ETIMEDOUT;
            return false;
        }
        /* A blocking pipe that polls writable takes PIPE_BUF bytes at once; more could block for as long as nobody reads. */
        ssize_t done = write(fd, at, length < PIPE_BUF ? length : PIPE_BUF);
        if (done < 0 && errno != EINTR && errno != EAGAIN) return false;
        if (done > 0) {
            at += done;
            length -= (size_t)done;
        }
    }
    return true;
}

struct buffer {
    char *bytes;
    size_t length;
};

/* Appends all of the piece or nothing, so that a cut text never ends inside an escape, and keeps room for the end of the object. */
static bool append(struct buffer *out, const char *piece, size_t length, size_t reserve) {
    if (length > ERROR_JSON_MAX - reserve - out->length) return false;
    memcpy(out->bytes + out->length, piece, length);
    out->length += length;
    return true;
}

#define CLOSING 64

static void append_string(struct buffer *out, const char *text, size_t reserve) {
    append(out, "\"", 1, CLOSING);
    for (const char *at = text; *at != '\0'; at++) {
        unsigned char c = (unsigned char)*at;
        char escaped[7] = {(char)c};
        size_t length = 1;
        if (c == '"' || c == '\\') {
            escaped[0] = '\\';
            escaped[1] = (char)c;
            length = 2;
        } else if (c < 0x20 || c == 0x7f) {
            length = (size_t)snprintf(escaped, sizeof escaped, "\\u%04x", c);
        } else if (c > 0x7f) {
            /* The environment may hold anything; only valid UTF-8 is JSON, and none of our own text needs it. */
            length = (size_t)snprintf(escaped, sizeof escaped, "\\ufffd");
        }
        if (!append(out, escaped, length, reserve)) break;
    }
    append(out, "\"", 1, 0);
}

static void append_key(struct buffer *out, const char *key) {
    append(out, key, strlen(key), 0);
}

size_t error_json(char out[static ERROR_JSON_MAX], int code, const char *msg, const char *details) {
    struct buffer json = {.bytes = out};
    char head[64];
    snprintf(head, sizeof head, "{\n    \"code\": %d,\n    \"msg\": ", code);
    append_key(&json, head);
    append_string(&json, msg, ERROR_JSON_MAX / 2);
    if (details[0] != '\0') {
        append_key(&json, ",\n    \"details\": ");
        append_string(&json, details, CLOSING);
    }
    append_key(&json, "\n}");
    return json.length;
}
