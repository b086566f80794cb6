#ifndef AGENT_H
#define AGENT_H

#include "frame.h"

/* The deadlines of a call, on the clock of now_ms(). */
struct patience {
    int64_t connect_until;
    int64_t answer_until;
};

enum asked { ASKED_ANSWERED, ASKED_NO_ANSWER, ASKED_CANCELLED };

/*
 * Sends the request to the agent and waits for its answer. ASKED_NO_ANSWER comes with the reason.
 *
 * reader: a descriptor whose other end is closed when the call has become pointless (ASKED_CANCELLED), or -1. A killed runtime closes our stdout
 * but does not kill us; ending then lets the agent undo an ADD whose result nobody will read.
 */
enum asked agent_ask(const char *path, const struct frame *request, struct frame *answer, struct patience patience, int reader, struct reason *why);

/* Does what follows connecting. It is a function of its own so that tests can hand in one end of a socket pair. */
enum asked agent_exchange(int fd, const struct frame *request, struct frame *answer, int64_t deadline, int reader, struct reason *why);

#endif
