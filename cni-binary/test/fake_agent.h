#ifndef FAKE_AGENT_H
#define FAKE_AGENT_H

#include <stddef.h>
#include <sys/types.h>

/* What the fake agent does with each connection after, or instead of, reading the request. */
enum manner {
    ANSWERS,              /* reads the request, stores it in the file "request", answers */
    ANSWERS_AT_ONCE,      /* reads the request, answers and stores nothing: for measuring */
    ANSWERS_UNREAD,       /* answers and closes without reading */
    SILENT,               /* reads the request and waits; when the caller has gone it makes the file "cancelled" */
    DRIPS,                /* sends its answer byte by byte, too slowly ever to end */
    DIES_HALFWAY,         /* sends the first half of its answer and closes */
    CLOSES,               /* closes without reading */
    RAW                   /* sends the given bytes as they are, then waits for the caller to go */
};

struct script {
    enum manner manner;
    int exit_code;
    const void *text;     /* stdout of the answer, or the raw bytes */
    size_t length;
};

/* Listens on "cni.sock" in the current folder before it returns, so that nobody has to wait for it. */
pid_t fake_agent_start(struct script script);
void fake_agent_stop(pid_t pid);

/* A listening socket whose queue is full, for as long as it is open: nobody accepts. */
struct busy { int listener; int waiting[8]; };
struct busy fake_agent_busy(void);
void fake_agent_busy_end(struct busy busy);

#endif
