#include "frame.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const unsigned char magic[5] = {'V', 'C', 'N', 'I', FRAME_VERSION};

static bool append(struct frame *frame, const char *bytes, size_t length) {
    if (length > sizeof frame->bytes - frame->length) return false;
    memcpy(frame->bytes + frame->length, bytes, length);
    frame->length += length;
    return true;
}

bool request_begin(struct frame *request, const char *program, char *const *environment, int64_t began) {
    request->length = FRAME_HEADER;
    if (!append(request, program, strlen(program) + 1)) return false;
    for (char *const *at = environment; *at != NULL; at++) {
        if (strncmp(*at, "CNI_", 4) != 0 || strchr(*at, '=') == NULL) continue;
        if (!append(request, *at, strlen(*at) + 1)) return false;
    }
    char note[40];
    int length = snprintf(note, sizeof note, "VCNI_BEGAN=%019lld", (long long)began);
    return append(request, note, (size_t)length + 1) && append(request, "", 1);
}

bool request_read(struct frame *request, int fd, int64_t deadline, struct reason *why) {
    for (;;) {
        struct pollfd ready = {.fd = fd, .events = POLLIN};
        int count = poll(&ready, 1, left_ms(deadline));
        if (count == 0) {
            reason_set(why, "stdin was not closed in time");
            return false;
        }
        /* Where nothing fits any more one more byte is read, because only that tells a full request from one that is too long. */
        char beyond;
        size_t room = sizeof request->bytes - request->length;
        ssize_t got = count < 0 ? -1 : read(fd, room > 0 ? (char *)request->bytes + request->length : &beyond, room > 0 ? room : 1);
        if (got == 0) return true;
        if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (got < 0) {
            reason_set(why, "cannot read stdin: %s", strerror(errno));
            return false;
        }
        if (room == 0) {
            reason_set(why, "stdin and the CNI_ variables together are longer than %u bytes", FRAME_BODY_MAX);
            return false;
        }
        request->length += (size_t)got;
    }
}

void request_end(struct frame *request) {
    size_t body = request->length - FRAME_HEADER;
    memcpy(request->bytes, magic, sizeof magic);
    for (size_t i = 0; i < 4; i++) request->bytes[sizeof magic + i] = (unsigned char)(body >> (24 - 8 * i));
}

static size_t announced(const struct frame *frame) {
    size_t body = 0;
    for (size_t i = 0; i < 4; i++) body = body << 8 | frame->bytes[sizeof magic + i];
    return body;
}

size_t answer_wants(const struct frame *answer) {
    if (answer->length < FRAME_HEADER) return FRAME_HEADER - answer->length;
    return FRAME_HEADER + announced(answer) - answer->length;
}

enum answer_state answer_grew(struct frame *answer, size_t count, struct reason *why) {
    size_t before = answer->length;
    answer->length += count;
    if (answer->length < FRAME_HEADER) return ANSWER_PARTIAL;
    if (before < FRAME_HEADER) {
        size_t body = announced(answer);
        if (memcmp(answer->bytes, magic, 4) != 0) {
            reason_set(why, "its answer is not a frame of this protocol");
            return ANSWER_GARBAGE;
        }
        if (answer->bytes[4] != FRAME_VERSION) {
            reason_set(why, "it answered in protocol version %d, but this program speaks version %d", answer->bytes[4], FRAME_VERSION);
            return ANSWER_GARBAGE;
        }
        if (body < 1 || body > FRAME_BODY_MAX) {
            reason_set(why, "it announced an answer of %zu bytes; 1 to %u are allowed", body, FRAME_BODY_MAX);
            return ANSWER_GARBAGE;
        }
    }
    return answer_wants(answer) == 0 ? ANSWER_COMPLETE : ANSWER_PARTIAL;
}

int answer_exit_code(const struct frame *answer) {
    return answer->bytes[FRAME_HEADER];
}

const unsigned char *answer_stdout(const struct frame *answer, size_t *length) {
    *length = answer->length - FRAME_HEADER - 1;
    return answer->bytes + FRAME_HEADER + 1;
}

static bool is_space(unsigned char c) {
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/*
 * Returns the position of the key's value, or the length if there is none. It looks for the key anywhere: inside a JSON string each quote has a
 * backslash before it, so a quoted name followed by a colon is always a key, and both objects that are read, an error and the input of VERSION, are flat.
 */
static size_t value_of(const unsigned char *json, size_t length, const char *key) {
    const size_t key_length = strlen(key);
    for (size_t i = 0; i + key_length <= length; i++) {
        if (memcmp(json + i, key, key_length) != 0) continue;
        size_t at = i + key_length;
        while (at < length && is_space(json[at])) at++;
        if (at == length || json[at] != ':') continue;
        at++;
        while (at < length && is_space(json[at])) at++;
        return at;
    }
    return length;
}

bool answer_is_try_again(const struct frame *answer) {
    size_t length;
    const unsigned char *json = answer_stdout(answer, &length);
    if (answer_exit_code(answer) == 0) return false;
    size_t at = value_of(json, length, "\"code\"");
    return length - at > 2 && json[at] == '1' && json[at + 1] == '1' && (is_space(json[at + 2]) || json[at + 2] == ',' || json[at + 2] == '}');
}

bool request_cni_version(const struct frame *request, char version[static VERSION_TEXT_MAX]) {
    const unsigned char *json = request->bytes + FRAME_HEADER;
    size_t length = request->length - FRAME_HEADER;
    size_t at = value_of(json, length, "\"cniVersion\"");
    size_t digits = 0;
    if (at == length || json[at++] != '"') return false;
    while (at < length && digits + 1 < VERSION_TEXT_MAX && (json[at] == '.' || (json[at] >= '0' && json[at] <= '9'))) version[digits++] = (char)json[at++];
    version[digits] = '\0';
    return digits > 0 && at < length && json[at] == '"';
}
