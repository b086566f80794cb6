#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A reason tells a person what went wrong. Longer text is cut. */
struct reason {
    char text[512];
};

void reason_set(struct reason *why, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The room for one error object: a message and details of 2 KiB each, should every byte need six. */
#define ERROR_JSON_MAX (32 * 1024)

/*
 * The CNI error object in the reference's shape: 4 spaces, code, msg, and details unless empty; no cniVersion, no newline.
 * Returns the number of bytes in out.
 */
size_t error_json(char out[static ERROR_JSON_MAX], int code, const char *msg, const char *details);

/* Returns milliseconds of CLOCK_MONOTONIC, since a clock that an administrator or NTP moves must not end or prolong a call. */
int64_t now_ms(void);

/* Returns the same clock in nanoseconds, which is System.nanoTime() of the node agent. */
int64_t now_ns(void);

/* Returns the milliseconds that are left until a time of now_ms(), or 0 when it has passed; for poll(). */
int left_ms(int64_t deadline);

/* Writes everything. Returns false, with errno, when that was not possible before the deadline; it never blocks longer, even on a full pipe. */
bool write_all(int fd, const void *bytes, size_t length, int64_t deadline);

#endif
