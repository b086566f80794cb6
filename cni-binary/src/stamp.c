#include "stamp.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Reads the beginning of a regular file, and of nothing else: a fifo that somebody planted there would keep the call waiting. */
static ssize_t read_start(int folder, const char *name, char *bytes, size_t room) {
    struct stat file;
    int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    if (fd < 0) return -1;
    ssize_t got = -1;
    if (fstat(fd, &file) == 0) {
        if (S_ISREG(file.st_mode)) got = read(fd, bytes, room);
        else errno = EINVAL;
    }
    int error = errno;
    close(fd);
    errno = error;
    return got;
}

int64_t stamp_age(const char *line, size_t length, const char boot_id[static BOOT_ID_LENGTH], int64_t now_s) {
    enum { SECONDS_AT = 2 + BOOT_ID_LENGTH + 1, MOST_DIGITS = 15 };
    if (length < SECONDS_AT + 2 || length > SECONDS_AT + MOST_DIGITS + 1) return -1;
    if (memcmp(line, "1 ", 2) != 0 || memcmp(line + 2, boot_id, BOOT_ID_LENGTH) != 0) return -1;
    if (line[SECONDS_AT - 1] != ' ' || line[length - 1] != '\n') return -1;
    int64_t seconds = 0;
    for (size_t at = SECONDS_AT; at < length - 1; at++) {
        if (line[at] < '0' || line[at] > '9') return -1;
        seconds = seconds * 10 + (line[at] - '0');
    }
    return seconds > now_s ? -1 : now_s - seconds;
}

bool stamp_is_fresh(const char *run_dir, struct reason *why) {
    char line[STAMP_LINE_MAX], boot_id[BOOT_ID_LENGTH];
    struct timespec now;
    int folder = open(run_dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    ssize_t length = folder < 0 ? -1 : read_start(folder, STAMP_NAME, line, sizeof line);
    if (length < 0) reason_set(why, "it is not known whether this node could ever add pods: %s/" STAMP_NAME ": %s", run_dir, strerror(errno));
    if (folder >= 0) close(folder);
    if (length < 0) return false;

    int64_t age = -1;
    if (read_start(AT_FDCWD, "/proc/sys/kernel/random/boot_id", boot_id, sizeof boot_id) == sizeof boot_id && clock_gettime(CLOCK_MONOTONIC, &now) == 0) {
        age = stamp_age(line, (size_t)length, boot_id, now.tv_sec);
    }
    if (age < 0) {
        reason_set(why, "this node could add no pods since it booted");
    } else {
        reason_set(why, "this node could last add pods %lld s ago", (long long)age);
    }
    return age >= 0 && age <= STAMP_SECONDS_MAX;
}
