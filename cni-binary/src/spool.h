#ifndef SPOOL_H
#define SPOOL_H

#include "text.h"

/*
 * DELs that the agent has not seen: it replays them when it is back. Design: a node whose agent restarts must be able to lose pods.
 *
 * One file per attachment, so that a runtime that repeats its DEL for hours takes one place and not thousands.
 */
#define SPOOL_FILES_MAX 4096
#define SPOOL_NAME_LENGTH 64

/* hex sha256 of the container id, NUL, the interface name. False when one has 1 KiB or more: no runtime has such names. */
bool spool_name(const char *container_id, const char *interface, char name[static SPOOL_NAME_LENGTH + 1]);

/* Stores a request frame durably in run_dir/spool under the name, replacing an older one. False with the reason: nothing was stored. */
bool spool_store(const char *run_dir, const char *name, const unsigned char *frame, size_t length, struct reason *why);

#endif
