#include "fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char program[PATH_MAX];
static char attachment[SPOOL_NAME_LENGTH + 1];

const char later[sizeof later] = "{\n    \"code\": 11,\n    \"msg\": \"starting\"\n}";

/* Before and behind the time at which the program began, in 19 digits. */
static const char frame_begin[] = "VCNI\1\0\0\0\x8a" "aws-cni\0" "CNI_COMMAND=DEL\0" "CNI_CONTAINERID=c1\0" "CNI_IFNAME=eth0\0"
    "CNI_NETNS=/run/netns/x\0" "CNI_PATH=/opt/cni/bin\0" "VCNI_BEGAN=";
static const char frame_end[] = "\0" "\0" "{}";

bool is_frame_of_del(const char *bytes, size_t length) {
    const char *digits = bytes + sizeof frame_begin - 1;
    if (length != FRAME_OF_DEL_LENGTH || memcmp(bytes, frame_begin, sizeof frame_begin - 1) != 0) return false;
    if (strspn(digits, "0123456789") != 19 || memcmp(digits + 19, frame_end, sizeof frame_end - 1) != 0) return false;
    int64_t age = now_ns() - strtoll(digits, NULL, 10);
    return age > 0 && age < INT64_C(20000000000);
}

void fixture_begin(const char *program_path) {
    if (realpath(program_path, program) == NULL || !spool_name("c1", "eth0", attachment)) abort();
}

const char *const *variables(const char *command) {
    static char set[64];
    static const char *all[] = {set, "CNI_CONTAINERID=c1", "CNI_IFNAME=eth0", "CNI_NETNS=/run/netns/x", "PATH=/bin", "CNI_PATH=/opt/cni/bin", NULL};
    snprintf(set, sizeof set, "CNI_COMMAND=%s", command);
    return all;
}

struct execution call(const char *command) {
    return (struct execution){.program = program, .name = "/opt/cni/bin/aws-cni", .variables = variables(command), .input = "{}", .input_length = 2};
}

const struct outcome *run(const char *command) {
    struct execution execution = call(command);
    return execute(&execution);
}

size_t read_file(const char *path, char *bytes, size_t room) {
    int fd = open(path, O_RDONLY);
    ssize_t got = fd < 0 ? 0 : read(fd, bytes, room);
    if (fd >= 0) close(fd);
    return got < 0 ? 0 : (size_t)got;
}

bool wait_for(const char *path) {
    for (int64_t deadline = now_ms() + 5000; now_ms() < deadline; usleep(1000)) {
        if (access(path, F_OK) == 0) return true;
    }
    return false;
}

const char *spooled_path(void) {
    static char path[128];
    snprintf(path, sizeof path, "spool/%s", attachment);
    return path;
}

int files_in(const char *folder) {
    int files = 0;
    DIR *list = opendir(folder);
    if (list == NULL) return -1;
    for (struct dirent *entry; (entry = readdir(list)) != NULL;) files += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(list);
    return files;
}

void expect_error(const struct outcome *got, int code, const char *text) {
    char expected[64];
    snprintf(expected, sizeof expected, "{\n    \"code\": %d,\n    \"msg\": \"", code);
    CHECK(strncmp(got->output, expected, strlen(expected)) == 0, "code %d: %s", code, got->output);
    CHECK(strstr(got->output, text) != NULL, "no \"%s\" in %s", text, got->output);
    CHECK_NUMBER(1, got->exit_code);
}

void expect_success(const struct outcome *got) {
    CHECK(got->exit_code == 0 && got->output_length == 0, "exit %d: %s%s", got->exit_code, got->output, got->errors);
}

void fresh(const char *rule, void (*body)(void)) {
    const char *temporary = getenv("TMPDIR");
    char folder[PATH_MAX], remove[PATH_MAX + 16];
    snprintf(folder, sizeof folder, "%.200s/aws-cni-test-XXXXXX", temporary != NULL ? temporary : "/tmp");
    if (mkdtemp(folder) == NULL || chdir(folder) != 0 || mkdir("spool", 0700) != 0) abort();
    scenario(rule, body);
    snprintf(remove, sizeof remove, "rm -rf '%s'", folder);
    if (chdir("/") != 0 || system(remove) != 0) abort();
}

void fresh_as_root(const char *rule, void (*body)(void)) {
    if (geteuid() == 0) fresh(rule, body);
    else scenario_skipped(rule, "needs root");
}
