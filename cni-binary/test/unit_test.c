/* The parts, each alone, under AddressSanitizer and UBSan. argv[1]: docs/wire.md. */
#include "check.h"

#include "agent.h"
#include "frame.h"
#include "sha256.h"
#include "spool.h"
#include "stamp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static const char *wire_document;
static struct frame request, answer;
static char json[ERROR_JSON_MAX];

static void set_answer(struct frame *frame, int exit_code, const char *text) {
    frame->length = FRAME_HEADER + 1 + strlen(text);
    frame->bytes[FRAME_HEADER] = (unsigned char)exit_code;
    memcpy(frame->bytes + FRAME_HEADER + 1, text, strlen(text));
    request_end(frame);
}

static void check_sha256(const char *bytes, size_t length, const char *expected) {
    unsigned char digest[32];
    char hex[65];
    sha256(bytes, length, digest);
    for (size_t i = 0; i < 32; i++) snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    CHECK(strcmp(hex, expected) == 0, "%zu bytes: %s, expected %s", length, hex, expected);
}

/* The first three and the last are NIST's; those between sit on both sides of the padding's edges (coreutils' sha256sum computed them). */
static void sha256_gives_the_published_digests(void) {
    static char many[1000000];
    memset(many, 'a', sizeof many);
    check_sha256("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    check_sha256("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    check_sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    check_sha256(many, 55, "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
    check_sha256(many, 63, "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34");
    check_sha256(many, 64, "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
    check_sha256(many, sizeof many, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void a_spool_name_is_the_digest_of_id_nul_interface(void) {
    char name[SPOOL_NAME_LENGTH + 1], long_id[1025];
    CHECK(spool_name("abc", "eth0", name), "a usual attachment has a name");
    /* printf 'abc\0eth0' | sha256sum */
    CHECK(strcmp(name, "d887cd286879fd4771a74d45321e88d2004947c5e15fb276f79b39f444cad9e5") == 0, "%s", name);
    memset(long_id, 'x', 1024);
    long_id[1024] = '\0';
    CHECK(!spool_name(long_id, "eth0", name), "too long an id");
    long_id[1023] = '\0';
    CHECK(spool_name(long_id, long_id, name), "the longest names");
}

static void the_request_is_the_one_in_the_document(void) {
    char *environment[] = {"HOME=/", "CNI_COMMAND=STATUS", "CNI_WITHOUT_VALUE", "CNI_PATH=/opt/cni/bin", NULL};
    int in[2];
    struct reason why = {""};
    CHECK(pipe(in) == 0 && write(in[1], "{}", 2) == 2 && close(in[1]) == 0, "pipe");
    CHECK(request_begin(&request, "aws-cni", environment, 5025000000123), "fits");
    CHECK(request_read(&request, in[0], now_ms() + 1000, &why), "%s", why.text);
    request_end(&request);
    close(in[0]);

    FILE *document = fopen(wire_document, "r");
    CHECK(document != NULL, "%s: %s", wire_document, strerror(errno));
    if (document == NULL) return;
    unsigned char shown[256];
    size_t length = 0;
    char line[512];
    bool inside = false;
    while (fgets(line, sizeof line, document) != NULL && !(inside && line[0] == '`')) {
        if (strncmp(line, "56 43 4e 49", 11) == 0 && !inside) inside = true;
        if (!inside) continue;
        unsigned byte;
        int used;
        for (char *at = line; length < sizeof shown && sscanf(at, "%2x%n", &byte, &used) == 1 && at[used] <= ' '; at += used) shown[length++] = (unsigned char)byte;
    }
    fclose(document);
    CHECK_NUMBER(request.length, length);
    CHECK(length == request.length && memcmp(shown, request.bytes, length) == 0, "the bytes differ from %s", wire_document);
}

static void read_of_size(size_t size, bool expected) {
    FILE *file = tmpfile();
    struct reason why = {""};
    CHECK(file != NULL && ftruncate(fileno(file), (off_t)size) == 0, "tmpfile");
    request.length = FRAME_HEADER;
    bool taken = request_read(&request, fileno(file), now_ms() + 5000, &why);
    fclose(file);
    CHECK(taken == expected, "%zu bytes: %s", size, why.text);
}

static void a_body_may_have_exactly_one_mebibyte(void) {
    read_of_size(0, true);
    read_of_size(FRAME_BODY_MAX, true);
    CHECK_NUMBER(sizeof request.bytes, request.length);
    read_of_size(FRAME_BODY_MAX + 1, false);
    static char huge[FRAME_BODY_MAX + 64] = "CNI_ARGS=";
    memset(huge + 9, 'x', sizeof huge - 10);
    CHECK(!request_begin(&request, "aws-cni", (char *[]){huge, NULL}, 0), "a variable of more than a body");
}

static enum answer_state feed(const struct frame *wire, size_t step, struct reason *why) {
    enum answer_state state = ANSWER_PARTIAL;
    answer.length = 0;
    while (state == ANSWER_PARTIAL && answer.length < wire->length) {
        size_t count = answer_wants(&answer) < step ? answer_wants(&answer) : step;
        memcpy(answer.bytes + answer.length, wire->bytes + answer.length, count);
        state = answer_grew(&answer, count, why);
    }
    return state;
}

static void an_answer_may_come_in_pieces_of_any_size(void) {
    static struct frame wire;
    struct reason why;
    set_answer(&wire, 7, "{\"ips\": []}");
    for (size_t step = 1; step <= wire.length; step++) {
        size_t length;
        CHECK(feed(&wire, step, &why) == ANSWER_COMPLETE, "step %zu", step);
        CHECK_NUMBER(7, answer_exit_code(&answer));
        CHECK(memcmp(answer_stdout(&answer, &length), "{\"ips\": []}", 11) == 0 && length == 11, "step %zu", step);
    }
}

static void garbage_is_told_by_its_header(void) {
    static const struct { const char header[FRAME_HEADER]; const char *says; } rows[] = {
        {{'H', 'T', 'T', 'P', '/', '1', '.', '1', ' '}, "not a frame"},
        {{'v', 'c', 'n', 'i', 1, 0, 0, 0, 1}, "not a frame"},
        {{'V', 'C', 'N', 'I', 2, 0, 0, 0, 1}, "protocol version 2"},
        {{'V', 'C', 'N', 'I', 1, 0, 0, 0, 0}, "0 bytes"},
        {{'V', 'C', 'N', 'I', 1, 0, 0x10, 0, 1}, "1048577 bytes"},
        {{'V', 'C', 'N', 'I', 1, -1, -1, -1, -1}, "4294967295 bytes"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct reason why = {""};
        static struct frame wire;
        wire.length = FRAME_HEADER;
        memcpy(wire.bytes, rows[i].header, FRAME_HEADER);
        CHECK(feed(&wire, FRAME_HEADER, &why) == ANSWER_GARBAGE && strstr(why.text, rows[i].says) != NULL, "row %zu: %s", i, why.text);
    }
}

static void only_the_error_code_eleven_means_later(void) {
    static const struct { int exit_code; const char *text; bool later; } rows[] = {
        {1, "{\n    \"code\": 11,\n    \"msg\": \"x\"\n}", true}, {1, "{\"code\":11}", true}, {1, "{\"msg\": \"code\", \"code\" : 11 }", true},
        {0, "{\"code\": 11}", false}, {1, "{\"code\": 110}", false}, {1, "{\"code\": 1}", false}, {1, "{\"code\": 50}", false},
        {1, "{\"msg\": \"\\\"code\\\": 11,\", \"code\": 4}", false}, {1, "{\"code\": 11", false}, {1, "\"code\"", false}, {1, "\"code\":", false}, {1, "", false},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        set_answer(&answer, rows[i].exit_code, rows[i].text);
        CHECK(answer_is_try_again(&answer) == rows[i].later, "%s", rows[i].text);
    }
}

static void the_version_of_a_request_is_a_version_or_none(void) {
    static const struct { const char *text, *version; } rows[] = {
        {"{\"cniVersion\": \"1.0.0\"}", "1.0.0"}, {"{\"a\": \"cniVersion\", \"cniVersion\"\n:\t\"0.3.1\", \"x\": 1}", "0.3.1"},
        {"{\"a\": \"\\\"cniVersion\\\": \\\"9\\\"\"}", NULL}, {"{\"cniVersion\": \"\"}", NULL}, {"{\"cniVersion\": 1}", NULL}, {"{\"cniVersion\": \"1.0", NULL},
        {"{\"cniVersion\": \"1.0\\n\"}", NULL}, {"{\"cniVersion\": \"<script>\"}", NULL}, {"{\"cniVersion\": \"1111111111111111111111111111111\"}", "1111111111111111111111111111111"},
        {"{\"cniVersion\": \"11111111111111111111111111111111\"}", NULL}, {"\"cniVersion\":", NULL}, {"", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char version[VERSION_TEXT_MAX];
        request.length = FRAME_HEADER + strlen(rows[i].text);
        memcpy(request.bytes + FRAME_HEADER, rows[i].text, strlen(rows[i].text));
        bool found = request_cni_version(&request, version);
        CHECK(found == (rows[i].version != NULL) && (!found || strcmp(version, rows[i].version) == 0), "%s: %s", rows[i].text, found ? version : "none");
    }
}

static void an_error_object_is_json_whatever_the_text(void) {
    size_t length = error_json(json, 11, "a \"b\" \\ \n\x01\x7f\xc3", "");
    static const char expected[] = "{\n    \"code\": 11,\n    \"msg\": \"a \\\"b\\\" \\\\ \\u000a\\u0001\\u007f\\ufffd\"\n}";
    CHECK(length == strlen(expected) && memcmp(json, expected, length) == 0, "%.*s", (int)length, json);
    length = error_json(json, 4, "m", "d");
    CHECK(memcmp(json, "{\n    \"code\": 4,\n    \"msg\": \"m\",\n    \"details\": \"d\"\n}", length) == 0, "%.*s", (int)length, json);
}

static void an_error_object_is_whole_however_long_the_text(void) {
    static char text[100000];
    memset(text, '\x01', sizeof text - 1);
    size_t length = error_json(json, 11, text, text);
    CHECK(length < ERROR_JSON_MAX && length > ERROR_JSON_MAX - 200, "%zu", length);
    CHECK(memcmp(json + length - 9, "\\u0001\"\n}", 9) == 0, "ends with %.9s", json + length - 9);
    CHECK(memmem(json, length, "\\u0001\",\n    \"details\": \"\\u0001", 30) != NULL, "msg was not closed");
}

static void writing_to_a_full_pipe_ends_at_the_deadline(void) {
    int out[2];
    static char block[256 * 1024];
    CHECK(pipe(out) == 0, "pipe");
    int64_t start = now_ms();
    CHECK(!write_all(out[1], block, sizeof block, start + 50) && errno == ETIMEDOUT, "%s", strerror(errno));
    CHECK(now_ms() - start >= 50, "too early");
    close(out[0]);
    close(out[1]);
    CHECK_NUMBER(0, left_ms(now_ms() - 1));
    CHECK(left_ms(INT64_MAX) > 1000000000, "far away");
}

static void an_early_answer_is_read_while_the_request_is_still_being_sent(void) {
    int pair[2];
    struct reason why = {""};
    static struct frame wire;
    CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0, "socketpair");
    request.length = sizeof request.bytes;
    request_end(&request);
    set_answer(&wire, 1, "too much");
    CHECK(write(pair[1], wire.bytes, wire.length) == (ssize_t)wire.length, "write");
    CHECK(agent_exchange(pair[0], &request, &answer, now_ms() + 5000, -1, &why) == ASKED_ANSWERED, "%s", why.text);
    close(pair[0]);
    close(pair[1]);
}

static int64_t age_of(const char *line) {
    return stamp_age(line, strlen(line), "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", 1000);
}

static void a_stamp_has_an_age_in_its_own_boot_only(void) {
    CHECK_NUMBER(0, age_of("1 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0 1000\n"));
    CHECK_NUMBER(601, age_of("1 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0 399\n"));
    CHECK_NUMBER(1000, age_of("1 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0 0\n"));
    CHECK_NUMBER(-1, age_of("1 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0 1001\n"));
    CHECK_NUMBER(-1, age_of("1 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f1 1000\n"));
    CHECK_NUMBER(-1, age_of("2 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0 1000\n"));
    CHECK_NUMBER(-1, age_of("1 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0 1000"));
    CHECK_NUMBER(-1, age_of("1 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0 \n"));
    CHECK_NUMBER(-1, age_of("1 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0 -1\n"));
    CHECK_NUMBER(-1, age_of("1 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0 1000 \n"));
    CHECK_NUMBER(-1, age_of("1 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0 9999999999999999\n"));
    CHECK_NUMBER(-1, age_of(""));
}

int main(int argc, char **argv) {
    alarm(60); /* a part that hangs is a failure too */
    wire_document = argc > 1 ? argv[1] : "../docs/wire.md";
    scenario("sha256 gives the published digests", sha256_gives_the_published_digests);
    scenario("a spool name is the digest of id, NUL, interface", a_spool_name_is_the_digest_of_id_nul_interface);
    scenario("the request is the one in docs/wire.md", the_request_is_the_one_in_the_document);
    scenario("a body may have exactly one mebibyte", a_body_may_have_exactly_one_mebibyte);
    scenario("an answer may come in pieces of any size", an_answer_may_come_in_pieces_of_any_size);
    scenario("garbage is told by its header", garbage_is_told_by_its_header);
    scenario("only the error code 11 means later", only_the_error_code_eleven_means_later);
    scenario("the version of a request is a version or none", the_version_of_a_request_is_a_version_or_none);
    scenario("an error object is JSON whatever the text", an_error_object_is_json_whatever_the_text);
    scenario("an error object is whole however long the text", an_error_object_is_whole_however_long_the_text);
    scenario("writing to a full pipe ends at the deadline", writing_to_a_full_pipe_ends_at_the_deadline);
    scenario("an early answer is read while the request is still being sent", an_early_answer_is_read_while_the_request_is_still_being_sent);
    scenario("a stamp has an age in its own boot only", a_stamp_has_an_age_in_its_own_boot_only);
    return scenarios_end();
}
