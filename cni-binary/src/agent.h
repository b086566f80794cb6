#ifndef AGENT_H
#define AGENT_H

#include "frame.h"

struct patience {
    int64_t connect_until;
    int64_t answer_until;
};

enum asked { ASKED_ANSWERED, ASKED_NO_ANSWER, ASKED_CANCELLED };

/*
 * Sends the request to the agent and waits for its answer. ASKED_NO_ANSWER comes with the reason.
 *
 * reader: a descriptor on which nobody listens any more when the call has become pointless (ASKED_CANCELLED), or -1. A killed runtime closes our
 * stdout but does not kill us; going then lets the agent undo an ADD that nobody will ever hear of.
 */
enum asked agent_ask(const char *path, const struct frame *request, struct frame *answer, struct patience patience, int reader, struct reason *why);

/* The part after connecting; apart so that tests can hand in one end of a pair. */
enum asked agent_exchange(int fd, const struct frame *request, struct frame *answer, int64_t deadline, int reader, struct reason *why);

#endif
