#include "h2.h"
#include "text.h"

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>

/* Frame types, flags and the settings' default of RFC 9113. */
enum { DATA = 0, HEADERS = 1, RST_STREAM = 3, SETTINGS = 4, PING = 6, GOAWAY = 7 };
enum { END_STREAM = 1, ACK = 1, END_HEADERS = 4, PADDED = 8 };
enum { FRAME_HEADER = 9, MAX_FRAME = 16384, STREAM = 1 };

struct call {
    int fd;
    int64_t deadline;
    bool timed_out;
};

/* Waits until the socket can be read or written. Returns false when the time is up or the socket is broken. */
static bool await(struct call *call, short what) {
    for (;;) {
        int left = left_ms(call->deadline);
        if (left == 0) {
            call->timed_out = true;
            return false;
        }
        struct pollfd one = {call->fd, what, 0};
        int ready = poll(&one, 1, left);
        if (ready > 0) return true;
        if (ready < 0 && errno != EINTR) return false;
    }
}

static bool send_all(struct call *call, const uint8_t *bytes, size_t length) {
    while (length > 0) {
        ssize_t sent = send(call->fd, bytes, length, MSG_NOSIGNAL);
        if (sent > 0) {
            bytes += sent;
            length -= (size_t)sent;
        } else if (sent < 0 && errno != EINTR && (errno != EAGAIN || !await(call, POLLOUT))) {
            return false;
        }
    }
    return true;
}

static bool receive_all(struct call *call, uint8_t *bytes, size_t length) {
    while (length > 0) {
        ssize_t got = recv(call->fd, bytes, length, 0);
        if (got > 0) {
            bytes += got;
            length -= (size_t)got;
        } else if (got == 0 || (errno != EINTR && (errno != EAGAIN || !await(call, POLLIN)))) {
            return false;
        }
    }
    return true;
}

static bool send_frame(struct call *call, uint8_t type, uint8_t flags, uint32_t stream, const uint8_t *payload, size_t length) {
    uint8_t header[FRAME_HEADER] = {(uint8_t)(length >> 16), (uint8_t)(length >> 8), (uint8_t)length, type, flags,
                                                                    (uint8_t)(stream >> 24), (uint8_t)(stream >> 16), (uint8_t)(stream >> 8), (uint8_t)stream};
    return send_all(call, header, sizeof header) && send_all(call, payload, length);
}

/* Appends an HPACK string without Huffman coding. Its length, with a prefix of seven bits, fits two bytes for up to 16510. */
static size_t put_text(uint8_t *out, const char *text) {
    size_t length = strlen(text);
    size_t at = 0;
    if (length < 127) {
        out[at++] = (uint8_t)length;
    } else {
        out[at++] = 127;
        size_t rest = length - 127;
        if (rest >= 128) {
            out[at++] = (uint8_t)(128 | (rest & 127));
            rest >>= 7;
        }
        out[at++] = (uint8_t)rest;
    }
    memcpy(out + at, text, length);
    return at + length;
}

/* Appends a header that goes into no table. */
static size_t put_header(uint8_t *out, const char *name, const char *value) {
    out[0] = 0;
    size_t at = 1;
    at += put_text(out + at, name);
    return at + put_text(out + at, value);
}

static bool ask(struct call *call, const char *service, const char *user_agent) {
    static const char preface[] = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    uint8_t headers[H2_MAX_TEXT + 400];
    size_t length = 0;
    length += put_header(headers + length, ":method", "POST");
    length += put_header(headers + length, ":scheme", "http");
    length += put_header(headers + length, ":path", "/grpc.health.v1.Health/Check");
    length += put_header(headers + length, ":authority", "localhost");
    length += put_header(headers + length, "content-type", "application/grpc");
    length += put_header(headers + length, "user-agent", user_agent);
    length += put_header(headers + length, "te", "trailers");
    /* HealthCheckRequest: field 1 is the service. Before it stands gRPC's own header: not compressed, and the length. */
    uint8_t message[H2_MAX_TEXT + 16];
    size_t name = strlen(service);
    size_t at = 5;
    if (name > 0) {
        message[at++] = 1 << 3 | 2;
        if (name >= 128) message[at++] = (uint8_t)(128 | (name & 127));
        message[at++] = (uint8_t)(name >= 128 ? name >> 7 : name);
        memcpy(message + at, service, name);
        at += name;
    }
    size_t body = at - 5;
    message[0] = message[1] = message[2] = 0;
    message[3] = (uint8_t)(body >> 8);
    message[4] = (uint8_t)body;
    return send_all(call, (const uint8_t *)preface, sizeof preface - 1) && send_frame(call, SETTINGS, 0, 0, NULL, 0) &&
                  send_frame(call, HEADERS, END_HEADERS, STREAM, headers, length) && send_frame(call, DATA, END_STREAM, STREAM, message, at);
}

/* Reads the field status of a HealthCheckResponse; 0 if it is not there. Returns false if the bytes are no such message. */
static bool read_response(const uint8_t *bytes, size_t length, uint32_t *status) {
    size_t at = 0;
    *status = 0;
    while (at < length) {
        uint8_t key = bytes[at++];
        /* Field 1 as a varint; a server of a newer version may not send anything else in this message yet. */
        if (key != 1 << 3) return false;
        uint64_t value = 0;
        for (unsigned shift = 0;; shift += 7) {
            if (at >= length || shift > 63) return false;
            value |= (uint64_t)(bytes[at] & 127) << shift;
            if ((bytes[at++] & 128) == 0) break;
        }
        *status = value > UINT32_MAX ? UINT32_MAX : (uint32_t)value;
    }
    return true;
}

/* The message of the answer, which may come in several pieces. */
struct message {
    uint8_t bytes[256];
    size_t length;
};

/* Returns NULL as long as the answer may still become one. */
static const char *add_data(struct message *message, const uint8_t *bytes, size_t length, uint8_t flags) {
    size_t padding = 0;
    if (flags & PADDED) {
        if (length < 1 || bytes[0] >= length) return "the server broke HTTP/2's rules";
        padding = bytes[0];
        bytes++;
        length--;
    }
    length -= padding;
    if (length > sizeof message->bytes - message->length) return "the answer is too long for a health check";
    memcpy(message->bytes + message->length, bytes, length);
    message->length += length;
    return NULL;
}

static bool complete(const struct message *message, size_t *body) {
    if (message->length < 5) return false;
    *body = (size_t)message->bytes[1] << 24 | (size_t)message->bytes[2] << 16 | (size_t)message->bytes[3] << 8 | message->bytes[4];
    return message->length - 5 >= *body;
}

const char *h2_check(int fd, const char *service, const char *user_agent, int64_t ms, struct h2_answer *answer) {
    struct call call = {fd, now_ms() + ms, false};
    struct message message = {.length = 0};
    static uint8_t payload[MAX_FRAME];
    bool ok = ask(&call, service, user_agent);
    while (ok) {
        uint8_t header[FRAME_HEADER];
        if (!receive_all(&call, header, sizeof header)) break;
        size_t length = (size_t)header[0] << 16 | (size_t)header[1] << 8 | header[2];
        uint8_t type = header[3];
        uint8_t flags = header[4];
        uint32_t stream = (uint32_t)header[5] << 24 | (uint32_t)header[6] << 16 | (uint32_t)header[7] << 8 | header[8];
        if (length > sizeof payload) return "the server does not speak HTTP/2";
        if (!receive_all(&call, payload, length)) break;
        if (type == SETTINGS && (flags & ACK) == 0) {
            ok = send_frame(&call, SETTINGS, ACK, 0, NULL, 0);
        } else if (type == PING && (flags & ACK) == 0) {
            ok = send_frame(&call, PING, ACK, 0, payload, length);
        } else if (type == GOAWAY) {
            return "the server is going away";
        } else if (stream == STREAM && type == RST_STREAM) {
            return "the server refused the call";
        } else if (stream == STREAM && (type == DATA || type == HEADERS)) {
            if (type == DATA) {
                const char *wrong = add_data(&message, payload, length, flags);
                if (wrong != NULL) return wrong;
            }
            size_t body;
            if (complete(&message, &body)) {
                bool valid = message.bytes[0] == 0 && read_response(message.bytes + 5, body, &answer->status);
                return valid ? NULL : "the answer is no health";
            }
            if (flags & END_STREAM) return "the server does not know it, or refused the call";
        }
    }
    return call.timed_out ? "no answer in time" : "the connection broke";
}
