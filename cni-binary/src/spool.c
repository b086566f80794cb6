#include "spool.h"

#include "sha256.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

bool spool_name(const char *container_id, const char *interface, char name[static SPOOL_NAME_LENGTH + 1]) {
    char key[2048];
    size_t id_length = strlen(container_id);
    size_t interface_length = strlen(interface);
    if (id_length >= sizeof key / 2 || interface_length >= sizeof key / 2) return false;
    memcpy(key, container_id, id_length + 1);
    memcpy(key + id_length + 1, interface, interface_length);

    unsigned char digest[32];
    sha256(key, id_length + 1 + interface_length, digest);
    for (size_t i = 0; i < sizeof digest; i++) snprintf(name + 2 * i, 3, "%02x", digest[i]);
    return true;
}

/* The folder is opened step by step without following links, because root writes here into a folder that a less privileged user owns. */
static int open_folder(const char *run_dir, struct reason *why) {
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    int parent = open(run_dir, flags);
    int folder = parent < 0 ? -1 : openat(parent, "spool", flags);
    if (folder < 0) reason_set(why, "cannot open the spool folder %s/spool: %s", run_dir, strerror(errno));
    if (parent >= 0) close(parent);
    return folder;
}

/* Parallel calls may exceed the limit by their number; it guards against endless growth, not against single files. */
static bool has_room(int folder, const char *name, struct reason *why) {
    struct stat old;
    if (fstatat(folder, name, &old, AT_SYMLINK_NOFOLLOW) == 0) return true;
    int listed = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *list = listed < 0 ? NULL : fdopendir(listed);
    if (list == NULL) {
        reason_set(why, "cannot list the spool folder: %s", strerror(errno));
        if (listed >= 0) close(listed);
        return false;
    }
    int files = 0;
    for (struct dirent *entry; (entry = readdir(list)) != NULL;) files += entry->d_name[0] != '.';
    closedir(list);
    if (files < SPOOL_FILES_MAX) return true;
    reason_set(why, "the spool folder already holds %d deletions", SPOOL_FILES_MAX);
    return false;
}

static bool write_file(int fd, const struct stat *folder, const unsigned char *bytes, size_t length) {
    while (length > 0) {
        ssize_t done = write(fd, bytes, length);
        if (done < 0 && errno == EINTR) continue;
        if (done < 0) return false;
        bytes += done;
        length -= (size_t)done;
    }
    /* The agent, which is not root, has to read and remove the file. */
    return fchown(fd, folder->st_uid, folder->st_gid) == 0 && fsync(fd) == 0;
}

/* Returns false with errno; nothing stays behind then, except a published file whose folder could not be synced. */
static bool store(int folder, const char *name, const unsigned char *bytes, size_t length) {
    struct stat owner;
    uint64_t unique;
    if (fstat(folder, &owner) != 0) return false;
    if (getrandom(&unique, sizeof unique, 0) != sizeof unique) return false;
    /* A random name, not the pid: runtimes in two pid namespaces may share the folder. The dot tells the agent that the file is unfinished. */
    char temporary[32];
    snprintf(temporary, sizeof temporary, ".%016llx", (unsigned long long)unique);
    int fd = openat(folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0) return false;
    bool written = write_file(fd, &owner, bytes, length);
    int error = errno;
    close(fd);
    if (written && renameat(folder, temporary, folder, name) == 0) return fsync(folder) == 0;
    if (written) error = errno;
    unlinkat(folder, temporary, 0);
    errno = error;
    return false;
}

bool spool_store(const char *run_dir, const char *name, const unsigned char *frame, size_t length, struct reason *why) {
    int folder = open_folder(run_dir, why);
    if (folder < 0) return false;
    bool stored = false;
    if (has_room(folder, name, why)) {
        stored = store(folder, name, frame, length);
        if (!stored) reason_set(why, "cannot write to the spool folder %s/spool: %s", run_dir, strerror(errno));
    }
    close(folder);
    return stored;
}
