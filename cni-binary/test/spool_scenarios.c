#include "fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static void a_deletion_that_shall_come_later_is_kept(void) {
    pid_t agent = fake_agent_start((struct script){.manner = ANSWERS, .exit_code = 1, .text = later, .length = strlen(later)});
    CHECK(strcmp(run("ADD")->output, later) == 0, "ADD passes it on");
    expect_success(run("DEL"));
    char kept[4096];
    size_t length = read_file(spooled_path(), kept, sizeof kept);
    CHECK(is_frame_of_del(kept, length), "another frame, of %zu bytes", length);
    fake_agent_stop(agent);
}

static void a_kept_deletion_belongs_to_the_folders_owner(void) {
    struct stat file;
    CHECK(chown("spool", 10001, 10001) == 0, "chown");
    expect_success(run("DEL"));
    CHECK(lstat(spooled_path(), &file) == 0, "%s", strerror(errno));
    CHECK(file.st_uid == 10001 && file.st_gid == 10001 && file.st_mode == (S_IFREG | 0600), "%d:%d %o", (int)file.st_uid, (int)file.st_gid, (unsigned)file.st_mode);
}

static void a_full_spool_takes_no_other_attachment(void) {
    for (int i = 0; i < SPOOL_FILES_MAX - 1; i++) {
        char path[32];
        snprintf(path, sizeof path, "spool/%d", i);
        close(open(path, O_WRONLY | O_CREAT, 0600));
    }
    expect_success(run("DEL"));
    expect_success(run("DEL"));
    CHECK_NUMBER(SPOOL_FILES_MAX, files_in("spool"));
    struct execution other = call("DEL");
    other.variables = (const char *const[]){"CNI_COMMAND=DEL", "CNI_CONTAINERID=c2", "CNI_IFNAME=eth0", NULL};
    const struct outcome *got = execute(&other);
    expect_error(got, 11, "the spool folder already holds 4096 deletions");
    CHECK(strstr(got->output, "No such file or directory") != NULL, "the first reason is said too: %s", got->output);
    CHECK_NUMBER(SPOOL_FILES_MAX, files_in("spool"));
}

static void without_a_spool_folder_a_deletion_fails(void) {
    CHECK(rmdir("spool") == 0, "rmdir");
    expect_error(run("DEL"), 11, "cannot open the spool folder ./spool: No such file");
}

static void links_in_the_way_are_not_followed(void) {
    char text[16];
    CHECK(rmdir("spool") == 0 && mkdir("elsewhere", 0700) == 0 && symlink("elsewhere", "spool") == 0, "symlink");
    expect_error(run("DEL"), 11, "cannot open the spool folder");
    CHECK_NUMBER(0, files_in("elsewhere"));
    CHECK(unlink("spool") == 0 && mkdir("spool", 0700) == 0 && symlink("../victim", spooled_path()) == 0, "symlink");
    int victim = open("victim", O_WRONLY | O_CREAT, 0600);
    CHECK(write(victim, "untouched", 9) == 9 && close(victim) == 0, "victim");
    expect_success(run("DEL"));
    CHECK(read_file("victim", text, sizeof text) == 9, "the link was followed");
    CHECK_NUMBER(1, files_in("spool"));
}

static void parallel_deletions_of_one_attachment_leave_one_whole_file(void) {
    pid_t pids[16];
    int status;
    char kept[4096];
    struct execution del = call("DEL");
    for (int i = 0; i < 16; i++) pids[i] = execute_beside(&del);
    for (int i = 0; i < 16; i++) CHECK(waitpid(pids[i], &status, 0) == pids[i] && status == 0, "status %x", (unsigned)status);
    CHECK_NUMBER(1, files_in("spool"));
    CHECK_NUMBER(FRAME_OF_DEL_LENGTH - 2, read_file(spooled_path(), kept, sizeof kept));
}

static void a_deletion_of_nothing_named_is_not_kept(void) {
    struct execution del = call("DEL");
    del.variables = (const char *const[]){"CNI_COMMAND=DEL", "CNI_IFNAME=eth0", NULL};
    expect_error(execute(&del), 4, "required env variables [CNI_CONTAINERID] missing");
    del.variables = (const char *const[]){"CNI_COMMAND=DEL", NULL};
    expect_error(execute(&del), 4, "required env variables [CNI_CONTAINERID,CNI_IFNAME] missing");
    CHECK_NUMBER(0, files_in("spool"));
}

void spool_scenarios(void) {
    fresh("a deletion that shall come later is kept", a_deletion_that_shall_come_later_is_kept);
    fresh_as_root("a kept deletion belongs to the folder's owner", a_kept_deletion_belongs_to_the_folders_owner);
    fresh("a full spool takes no other attachment", a_full_spool_takes_no_other_attachment);
    fresh("without a spool folder a deletion fails", without_a_spool_folder_a_deletion_fails);
    fresh("links in the way are not followed", links_in_the_way_are_not_followed);
    fresh("parallel deletions of one attachment leave one whole file", parallel_deletions_of_one_attachment_leave_one_whole_file);
    fresh("a deletion of nothing named is not kept", a_deletion_of_nothing_named_is_not_kept);
}
