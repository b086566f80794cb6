#include "fixture.h"

#include "stamp.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char another_boot[] = "00000000-0000-4000-8000-000000000000";

static int64_t since_boot(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

static const char *this_boot(void) {
    static char id[BOOT_ID_LENGTH + 1];
    CHECK(read_file("/proc/sys/kernel/random/boot_id", id, BOOT_ID_LENGTH) == BOOT_ID_LENGTH, "no boot id");
    return id;
}

static void write_stamp(const void *bytes, size_t length) {
    int fd = open(STAMP_NAME, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    CHECK(write(fd, bytes, length) == (ssize_t)length && close(fd) == 0, "%s", strerror(errno));
}

static void stamp(const char *boot, int64_t seconds) {
    char line[STAMP_LINE_MAX];
    write_stamp(line, (size_t)snprintf(line, sizeof line, "1 %s %lld\n", boot, (long long)seconds));
}

static void a_fresh_stamp_is_success(void) {
    stamp(this_boot(), since_boot());
    const struct outcome *got = run("STATUS");
    expect_success(got);
    CHECK(strstr(got->errors, "STATUS succeeds although the node agent does not answer (connect to ./cni.sock: No such file") != NULL, "%s", got->errors);
    CHECK(strstr(got->errors, "could last add pods") != NULL, "%s", got->errors);
    /* The seconds that a call takes on a busy machine are left between what succeeds and what fails. */
    if (since_boot() > STAMP_SECONDS_MAX) {
        stamp(this_boot(), since_boot() - STAMP_SECONDS_MAX + 30);
        expect_success(run("STATUS"));
    }
    expect_error(run("ADD"), 11, "connect to ./cni.sock: No such file or directory");
}

static void a_fresh_stamp_speaks_for_a_stuck_agent(void) {
    pid_t agent = fake_agent_start((struct script){.manner = SILENT});
    stamp(this_boot(), since_boot());
    expect_success(run("STATUS"));
    fake_agent_stop(agent);
}

static void an_agent_that_answers_is_believed(void) {
    char text[] = "{\n    \"code\": 50,\n    \"msg\": \"status: no\"\n}";
    pid_t agent = fake_agent_start((struct script){.manner = ANSWERS, .exit_code = 1, .text = text, .length = strlen(text)});
    stamp(this_boot(), since_boot());
    const struct outcome *got = run("STATUS");
    CHECK(got->exit_code == 1 && strcmp(got->output, text) == 0, "exit %d: %s", got->exit_code, got->output);
    fake_agent_stop(agent);
}

static void a_stamp_that_is_too_old_is_error_50(void) {
    /* A machine that booted a moment ago has no older stamp; the unit test knows their ages. */
    if (since_boot() <= STAMP_SECONDS_MAX) return;
    stamp(this_boot(), since_boot() - STAMP_SECONDS_MAX - 1);
    expect_error(run("STATUS"), 50, "could last add pods 60");
}

static void a_stamp_from_before_the_boot_is_error_50(void) {
    stamp(another_boot, since_boot());
    expect_error(run("STATUS"), 50, "could add no pods since it booted");
}

static void a_stamp_of_the_future_is_error_50(void) {
    stamp(this_boot(), since_boot() + 1000);
    expect_error(run("STATUS"), 50, "could add no pods since it booted");
}

static void a_wall_clock_that_was_set_changes_nothing(void) {
    struct timespec long_ago[2] = {{.tv_sec = 1}, {.tv_sec = 1}}, far_ahead[2] = {{.tv_sec = 4000000000}, {.tv_sec = 4000000000}};
    stamp(this_boot(), since_boot());
    CHECK(utimensat(AT_FDCWD, STAMP_NAME, long_ago, 0) == 0, "%s", strerror(errno));
    expect_success(run("STATUS"));
    stamp(another_boot, since_boot());
    CHECK(utimensat(AT_FDCWD, STAMP_NAME, far_ahead, 0) == 0, "%s", strerror(errno));
    expect_error(run("STATUS"), 50, "since it booted");
}

static void expect_no_stamp(const char *why) {
    const struct outcome *got = run("STATUS");
    expect_error(got, 50, why);
    CHECK(got->ms < 5000, "%lld ms", (long long)got->ms);
}

static void what_is_no_stamp_is_error_50_and_never_hangs(void) {
    static char huge[1024 * 1024];
    char line[STAMP_LINE_MAX];
    expect_no_stamp("./last-ready: No such file or directory");
    CHECK(mkfifo(STAMP_NAME, 0600) == 0, "%s", strerror(errno));
    expect_no_stamp("./last-ready: Invalid argument");
    CHECK(unlink(STAMP_NAME) == 0 && mkdir(STAMP_NAME, 0700) == 0, "%s", strerror(errno));
    expect_no_stamp("./last-ready: Invalid argument");
    CHECK(rmdir(STAMP_NAME) == 0, "%s", strerror(errno));
    stamp(this_boot(), since_boot());
    CHECK(rename(STAMP_NAME, "elsewhere") == 0 && symlink("elsewhere", STAMP_NAME) == 0, "%s", strerror(errno));
    expect_no_stamp("./last-ready: ");
    CHECK(unlink(STAMP_NAME) == 0, "%s", strerror(errno));
    memset(huge, '1', sizeof huge);
    write_stamp(huge, sizeof huge);
    expect_no_stamp("since it booted");
    memset(huge, 0, sizeof huge);
    write_stamp(huge, sizeof huge);
    expect_no_stamp("since it booted");
    write_stamp("", 0);
    expect_no_stamp("since it booted");
    size_t length = (size_t)snprintf(line, sizeof line, "1 %s %lld", this_boot(), (long long)since_boot());
    write_stamp(line, length);
    expect_no_stamp("since it booted");
    length = (size_t)snprintf(line, sizeof line, "1 %s 99999999999999999999\n", this_boot());
    write_stamp(line, length);
    expect_no_stamp("since it booted");
    length = (size_t)snprintf(line, sizeof line, "2 %s %lld\n", this_boot(), (long long)since_boot());
    write_stamp(line, length);
    expect_no_stamp("since it booted");
}

void stamp_scenarios(void) {
    fresh("fresh stamp: STATUS succeeds without the agent", a_fresh_stamp_is_success);
    fresh("fresh stamp: STATUS succeeds beside an agent that is stuck", a_fresh_stamp_speaks_for_a_stuck_agent);
    fresh("an agent that answers STATUS is believed", an_agent_that_answers_is_believed);
    fresh("old stamp: STATUS 50", a_stamp_that_is_too_old_is_error_50);
    fresh("stamp from before the boot: STATUS 50", a_stamp_from_before_the_boot_is_error_50);
    fresh("stamp of a time to come: STATUS 50", a_stamp_of_the_future_is_error_50);
    fresh("a wall clock that was set changes nothing for STATUS", a_wall_clock_that_was_set_changes_nothing);
    fresh("no stamp, or something else in its place: STATUS 50, at once", what_is_no_stamp_is_error_50_and_never_hangs);
}
