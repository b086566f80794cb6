/*
 * The fuzz target: whatever an agent answers and whatever the environment holds. The first byte chooses the part, the rest is its input. Besides
 * what the sanitizers see, each part checks what must hold for every input.
 */
#include "agent.h"
#include "frame.h"
#include "fuzz.h"
#include "spool.h"
#include "stamp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

void broken(const char *condition) {
    fprintf(stderr, "does not hold: %s\n", condition);
    abort();
}

static struct frame request, answer, again;
static char json[ERROR_JSON_MAX];

/* The bytes of an agent that then closes, through the real loop: it must end by itself and never with more than was announced. */
static void answered(const uint8_t *data, size_t size) {
    int pair[2];
    struct reason why = {""};
    MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    size_t length = size < 60000 ? size : 60000;
    MUST(send(pair[1], data, length, 0) == (ssize_t)length && shutdown(pair[1], SHUT_WR) == 0);
    request.length = FRAME_HEADER + 1;
    request_end(&request);
    enum asked asked = agent_exchange(pair[0], &request, &answer, now_ms() + 5000, -1, &why);
    close(pair[0]);
    close(pair[1]);
    if (asked != ASKED_ANSWERED) {
        MUST(asked == ASKED_NO_ANSWER && why.text[0] != '\0' && strcmp(why.text, "it did not answer in time") != 0);
        return;
    }
    size_t text_length;
    const unsigned char *text = answer_stdout(&answer, &text_length);
    MUST(text_length + FRAME_HEADER + 1 <= length && memcmp(text, data + FRAME_HEADER + 1, text_length) == 0);
    answer_is_try_again(&answer);
}

/* The first byte is the size of the pieces; the result must not depend on it. */
static void in_pieces(const uint8_t *data, size_t size) {
    struct reason why;
    if (size < 1) return;
    size_t step = (size_t)data[0] + 1;
    enum answer_state states[2];
    struct frame *frames[2] = {&answer, &again};
    for (int i = 0; i < 2; i++) {
        enum answer_state state = ANSWER_PARTIAL;
        struct frame *frame = frames[i];
        frame->length = 0;
        for (size_t at = 1; state == ANSWER_PARTIAL && at < size;) {
            size_t count = answer_wants(frame);
            MUST(count > 0 && count <= sizeof frame->bytes - frame->length);
            if (i == 0 && count > step) count = step;
            if (count > size - at) count = size - at;
            memcpy(frame->bytes + frame->length, data + at, count);
            at += count;
            state = answer_grew(frame, count, &why);
        }
        states[i] = state;
    }
    MUST(states[0] == states[1]);
}

/* Printable ASCII and newlines only, quotes balanced: with the unit tests' exact shapes, that is valid JSON. */
static void reported(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1);
    MUST(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    size_t half = strlen(text) / 2, length = error_json(json, 11, text, text + half), quotes = 0;
    MUST(length <= sizeof json && memcmp(json + length - 3, "\"\n}", 3) == 0);
    for (size_t i = 0; i < length; i++) {
        MUST(json[i] == '\n' || (json[i] >= ' ' && json[i] < 0x7f));
        if (json[i] == '\\') i++;
        else if (json[i] == '"') quotes++;
    }
    MUST(quotes == (text[half] == '\0' ? 6 : 10));
    free(text);
}

/* NUL-ended strings become the environment. What comes out is the program, CNI_ variables only, when it began, and the end. */
static void sent(const uint8_t *data, size_t size) {
    char *text = malloc(size + 2), *environment[257];
    MUST(text != NULL);
    memcpy(text, data, size);
    text[size] = text[size + 1] = '\0';
    size_t count = 0;
    for (char *at = text; at <= text + size && count < 256; at += strlen(at) + 1) environment[count++] = at;
    environment[count] = NULL;
    MUST(request_begin(&request, environment[0], environment, 0) == true);
    request_end(&request);
    const char *at = (char *)request.bytes + FRAME_HEADER, *end = (char *)request.bytes + request.length;
    MUST(strcmp(at, environment[0]) == 0);
    for (at += strlen(at) + 1; strncmp(at, "CNI_", 4) == 0; at += strlen(at) + 1) MUST(at < end && strchr(at, '=') != NULL);
    static const char last[] = "VCNI_BEGAN=0000000000000000000\0";
    MUST(end - at == sizeof last && memcmp(at, last, sizeof last) == 0);
    char name[SPOOL_NAME_LENGTH + 1];
    if (spool_name(environment[0], count > 1 ? environment[1] : "", name)) MUST(strspn(name, "0123456789abcdef") == SPOOL_NAME_LENGTH);
    free(text);
}

/* Whatever stands in the stamp, its age is one of this boot or none, and only one exact line has it. */
static void stamped(const uint8_t *data, size_t size) {
    static const char boot_id[] = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
    char *text = malloc(size + 1), line[STAMP_LINE_MAX];
    MUST(text != NULL);
    memcpy(text, data, size);
    int64_t age = stamp_age(text, size, boot_id, 1000000);
    if (age >= 0) {
        int length = snprintf(line, sizeof line, "1 %s %lld\n", boot_id, 1000000LL - (long long)age);
        MUST(age <= 1000000 && size >= (size_t)length && memcmp(text + size - 2, line + length - 2, 2) == 0);
    }
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 1 || size > FRAME_BODY_MAX / 2) return 0;
    static void (*const parts[])(const uint8_t *, size_t) = {answered, in_pieces, reported, sent, fuzz_whole, stamped};
    parts[data[0] % 6](data + 1, size - 1);
    return 0;
}
