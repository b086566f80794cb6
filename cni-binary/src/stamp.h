#ifndef STAMP_H
#define STAMP_H

#include "text.h"

/*
 * The agent's stamp says when this node could last add pods. By it alone STATUS is answered while the agent does not answer: containerd takes an
 * error for a network that is down, and kubelet gives up a node for that, so a restart of the agent must be no error. Without CNI_STATUS_MODE=safe
 * the agent keeps no stamp.
 *
 * It is one line: "1", the kernel's id of the boot, and whole seconds of CLOCK_MONOTONIC, each after one blank. Neither the wall clock nor the
 * file's times count, since both can be set.
 */
#define STAMP_NAME "last-ready"
#define STAMP_LINE_MAX 128
#define BOOT_ID_LENGTH 36

/* STATUS fails once the node could add no pods for longer than this. */
#define STAMP_SECONDS_MAX 600

/* Whether the node could add pods in this boot and no longer ago than that. The reason says how long ago it was, or why nobody knows. */
bool stamp_is_fresh(const char *run_dir, struct reason *why);

/* Reads a stamp. Returns the seconds that have passed since, or -1 for one that is malformed, of another boot, or of a time still to come. */
int64_t stamp_age(const char *line, size_t length, const char boot_id[static BOOT_ID_LENGTH], int64_t now_s);

#endif
