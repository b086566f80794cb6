/* One call of grpc.health.v1.Health/Check over HTTP/2 without TLS. */
#ifndef H2_H
#define H2_H

#include <stdint.h>

/* The longest service name and user agent. */
enum { H2_MAX_TEXT = 1000 };

/* What the server answered: the field status of HealthCheckResponse. */
struct h2_answer {
    uint32_t status;
};

/*
 * Asks for the health of a service on a connected, non-blocking socket. Returns NULL and fills in the answer, or says why there is
 * none. The time is for the whole call.
 */
const char *h2_check(int fd, const char *service, const char *user_agent, int64_t ms, struct h2_answer *answer);

#endif
