#ifndef SPOOL_H
#define SPOOL_H

#include "text.h"

/*
 * The spool keeps DELs that the agent has not seen, and the agent replays them when it is back: a node whose agent restarts must be able to lose pods.
 *
 * There is one file per attachment, so that a runtime that repeats its DEL for hours takes one place and not thousands.
 */
#define SPOOL_FILES_MAX 4096
#define SPOOL_NAME_LENGTH 64

/* Makes the file's name: hex sha256 of the container id, NUL and the interface name. Returns false when one has 1 KiB or more, as no runtime's has. */
bool spool_name(const char *container_id, const char *interface, char name[static SPOOL_NAME_LENGTH + 1]);

/* Stores a request frame durably in run_dir/spool under the name, replacing an older one. Returns false, with the reason, when nothing was stored. */
bool spool_store(const char *run_dir, const char *name, const unsigned char *frame, size_t length, struct reason *why);

#endif
