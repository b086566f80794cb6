#ifndef PROGRAM_H
#define PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* One execution of the program under test, in the current folder. */
struct execution {
    const char *program;          /* path */
    const char *name;             /* argv[0] */
    const char *argument;         /* argv[1], or NULL */
    const char *const *variables; /* the environment, NULL at the end */
    const void *input;
    size_t input_length;
    bool input_stays_open;
    bool input_closed;            /* no descriptor 0 at all */
    bool output_closed;           /* no descriptor 1 at all */
    bool output_without_reader;   /* a pipe that nobody will read */
    bool output_not_read;         /* a pipe whose reader does not read until the program ends */
    uid_t user;                   /* 0: as we are */
};

struct outcome {
    int exit_code;                /* minus the signal */
    int64_t ms;
    size_t output_length;
    char output[2 * 1024 * 1024];
    char errors[8192];
};

/* The result stays valid until the next call. A program that takes longer than 20 s is killed, which is an outcome too. */
const struct outcome *execute(const struct execution *execution);

/* Starts it without waiting; stdin is empty, stdout and stderr go nowhere. */
pid_t execute_beside(const struct execution *execution);

#endif
