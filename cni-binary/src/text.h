#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What went wrong, for a person. Longer text is cut, never written past the end. */
struct reason {
    char text[512];
};

void reason_set(struct reason *why, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Room for one error object: a message and details of 2 KiB each, should every byte need six. */
#define ERROR_JSON_MAX (32 * 1024)

/*
 * The CNI error object in the reference's shape: 4 spaces, code, msg, and details unless empty; no cniVersion, no newline.
 * Returns the number of bytes in out.
 */
size_t error_json(char out[static ERROR_JSON_MAX], int code, const char *msg, const char *details);

/* Milliseconds of CLOCK_MONOTONIC: a clock that an administrator or NTP moves must not end or prolong a call. */
int64_t now_ms(void);

/* The same clock in nanoseconds: System.nanoTime() of the node agent, which subtracts one from the other. */
int64_t now_ns(void);

/* What is left until a point of now_ms(), for poll(): 0 when it has passed. */
int left_ms(int64_t deadline);

/* False, with errno, when not everything could be written before the deadline. Never blocks longer, not on a full pipe either. */
bool write_all(int fd, const void *bytes, size_t length, int64_t deadline);

#endif
