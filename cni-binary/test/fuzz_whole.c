/*
 * The whole program as a part of the fuzz target: its environment, its stdin and what an agent answers are the input. The program is compiled in
 * with another name for main, its question to the agent is answered here, and it does not wait for the disk.
 */
#include "agent.h"
#include "fuzz.h"
#include "spool.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

int aws_cni_main(int argc, char **argv);
enum asked fuzzed_agent_ask(const char *path, const struct frame *request, struct frame *answer, struct patience patience, int reader, struct reason *why);
int fuzzed_fsync(int fd);

extern char **environ;

static const uint8_t *agent_bytes;
static size_t agent_length;

int fuzzed_fsync(int fd) {
    return fd < 0 ? -1 : 0;
}

/* An agent that says its bytes and closes; none at all where it has none. */
enum asked fuzzed_agent_ask(const char *path, const struct frame *request, struct frame *answer, struct patience patience, int reader, struct reason *why) {
    int pair[2];
    if (agent_length == 0) {
        reason_set(why, "connect to %s: nobody is there", path);
        return ASKED_NO_ANSWER;
    }
    MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    MUST(send(pair[1], agent_bytes, agent_length, 0) == (ssize_t)agent_length && shutdown(pair[1], SHUT_WR) == 0);
    (void)reader; /* a file is never without a reader */
    enum asked asked = agent_exchange(pair[0], request, answer, patience.answer_until, -1, why);
    close(pair[0]);
    close(pair[1]);
    return asked;
}

static int memory_file(const void *bytes, size_t length) {
    int fd = memfd_create("fuzz", MFD_CLOEXEC);
    MUST(fd >= 0 && write(fd, bytes, length) == (ssize_t)length && lseek(fd, 0, SEEK_SET) == 0);
    return fd;
}

static int run(char *program, const uint8_t *input, size_t length, char *output, size_t room, size_t *printed) {
    int fds[3] = {memory_file(input, length), memory_file("", 0), open("/dev/null", O_WRONLY | O_CLOEXEC)}, saved[3];
    for (int fd = 0; fd < 3; fd++) {
        saved[fd] = fcntl(fd, F_DUPFD_CLOEXEC, 3);
        dup2(fds[fd], fd);
    }
    int code = aws_cni_main(1, (char *[]){program, NULL});
    fflush(stderr);
    for (int fd = 0; fd < 3; fd++) {
        dup2(saved[fd], fd);
        close(saved[fd]);
    }
    ssize_t got = pread(fds[1], output, room, 0);
    MUST(got >= 0);
    *printed = (size_t)got;
    for (int fd = 0; fd < 3; fd++) close(fds[fd]);
    return code;
}

/* A fuzzer kills a target that takes too long, and starts it again in the same folder. */
static void empty_spool(void) {
    MUST(mkdir("spool", 0700) == 0 || access("spool", W_OK) == 0);
    DIR *list = opendir("spool");
    MUST(list != NULL);
    for (struct dirent *entry; (entry = readdir(list)) != NULL;) unlinkat(dirfd(list), entry->d_name, 0);
    closedir(list);
}

/* At most a few files, each one whole frame under the name of an attachment; nothing unfinished. */
static void check_and_empty_spool(void) {
    static struct frame kept;
    DIR *list = opendir("spool");
    MUST(list != NULL);
    for (struct dirent *entry; (entry = readdir(list)) != NULL;) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        MUST(strspn(entry->d_name, "0123456789abcdef") == SPOOL_NAME_LENGTH && entry->d_name[SPOOL_NAME_LENGTH] == '\0');
        int fd = openat(dirfd(list), entry->d_name, O_RDONLY | O_NOFOLLOW);
        ssize_t got = read(fd, kept.bytes, sizeof kept.bytes);
        struct reason why;
        kept.length = 0;
        MUST(got > FRAME_HEADER && answer_grew(&kept, FRAME_HEADER, &why) != ANSWER_GARBAGE && answer_wants(&kept) == (size_t)got - FRAME_HEADER);
        close(fd);
        unlinkat(dirfd(list), entry->d_name, 0);
    }
    closedir(list);
}

/* u16 length of the agent's bytes, these, NUL-ended strings (the first is the program's name, an empty one ends them), stdin. */
void fuzz_whole(const uint8_t *data, size_t size) {
    static char output[FRAME_BODY_MAX + 1024], *environment[64];
    static bool begun;
    if (size < 2) return;
    if (!begun) empty_spool();
    begun = true;
    agent_length = (size_t)data[0] << 8 | data[1];
    if (agent_length > size - 2) agent_length = size - 2;
    agent_bytes = data + 2;
    size_t at = 2 + agent_length, rest = size - at, count = 0;
    char *text = calloc(1, rest + 2), *next = text;
    MUST(text != NULL);
    memcpy(text, data + at, rest);
    char *program = next;
    for (next += strlen(next) + 1; next < text + rest && *next != '\0' && count < 63; next += strlen(next) + 1) environment[count++] = next;
    environment[count] = NULL;
    next = next < text + rest ? next + 1 : text + rest;
    size_t input_length = (size_t)(text + rest - next), printed;

    char **before = environ;
    environ = environment;
    const char *value = getenv("CNI_COMMAND");
    char command[16];
    snprintf(command, sizeof command, "%s", value == NULL ? "" : value);
    int code = run(program, (uint8_t *)next, input_length, output, sizeof output, &printed);
    environ = before;

    MUST(code >= 0 && code <= 255);
    if (strcmp(command, "VERSION") == 0) {
        MUST(code == 0 && strncmp(output, "{\"cniVersion\":\"", 15) == 0 && memcmp(output + printed - 3, "]}\n", 3) == 0);
    } else if (*command != '\0' && agent_length == 0 && code != 0) {
        static const char *const starts[] = {"{\n    \"code\": 4,", "{\n    \"code\": 5,", "{\n    \"code\": 11,", "{\n    \"code\": 50,"};
        bool known = false;
        for (size_t i = 0; i < 4; i++) known |= strncmp(output, starts[i], strlen(starts[i])) == 0;
        MUST(code == 1 && known && memcmp(output + printed - 3, "\"\n}", 3) == 0);
    }
    if (agent_length == 0 && strcmp(command, "ADD") == 0) MUST(code == 1);
    check_and_empty_spool();
    free(text);
}
