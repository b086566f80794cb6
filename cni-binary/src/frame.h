#ifndef FRAME_H
#define FRAME_H

#include "text.h"

/*
 * The wire between this program and the node agent: one connection, one request, one answer. docs/wire.md says the same with an example.
 *
 *   frame   = "VCNI"  u8 version = 1  u32 length of the body, big-endian, at most 1 MiB  body
 *   request = program name NUL  { CNI_name=value NUL }  VCNI_BEGAN=nanoseconds NUL  NUL  stdin
 *   answer  = u8 exit code  stdout
 *
 * Neither side closes its half early: the end of the connection means that the other side has gone, and the agent takes it as "cancelled".
 */
#define FRAME_HEADER 9
#define FRAME_BODY_MAX (1024u * 1024u)
#define FRAME_VERSION 1

struct frame {
    size_t length;                                   /* length of the whole frame, header included */
    unsigned char bytes[FRAME_HEADER + FRAME_BODY_MAX];
};

/*
 * Starts a request with everything but stdin. Returns false when that alone is larger than a frame may be.
 * began: now_ns() at the start of this program, so that the agent can tell how much of a call's time passed before it heard of it.
 */
bool request_begin(struct frame *request, const char *program, char *const *environment, int64_t began);

/* Appends all of fd (stdin). Returns false, with the reason, when it is too long, cannot be read or does not end in time. */
bool request_read(struct frame *request, int fd, int64_t deadline, struct reason *why);

/* Writes the header, after which the request is ready to be sent or stored. */
void request_end(struct frame *request);

enum answer_state { ANSWER_PARTIAL, ANSWER_COMPLETE, ANSWER_GARBAGE };

/* Returns how many bytes the answer can take now: the rest of its header, the rest of its body, or 0 when it is complete. */
size_t answer_wants(const struct frame *answer);

/* Takes note of count more bytes (at most answer_wants) behind the others. The reason is set for garbage. */
enum answer_state answer_grew(struct frame *answer, size_t count, struct reason *why);

/* The two parts of a complete answer. */
int answer_exit_code(const struct frame *answer);
const unsigned char *answer_stdout(const struct frame *answer, size_t *length);

/* Whether the answer is the CNI error 11, "try again later". */
bool answer_is_try_again(const struct frame *answer);

/* Copies the cniVersion of the configuration on stdin, ended by a NUL. Returns false when there is none that could be one. */
#define VERSION_TEXT_MAX 32
bool request_cni_version(const struct frame *request, char version[static VERSION_TEXT_MAX]);

#endif
