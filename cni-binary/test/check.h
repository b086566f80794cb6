#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stdio.h>

/* One scenario is one rule; a rule that does not hold says where and goes on, so that one run shows everything. */
extern int scenarios_passed, scenarios_failed, scenarios_skipped;
extern bool scenario_holds;

#define CHECK(condition, ...)                                                   \
    do {                                                                        \
        if (!(condition)) {                                                     \
            scenario_holds = false;                                             \
            fprintf(stderr, "  %s:%d: not so: %s: ", __FILE__, __LINE__, #condition); \
            fprintf(stderr, __VA_ARGS__);                                       \
            fprintf(stderr, "\n");                                              \
        }                                                                       \
    } while (0)

#define CHECK_NUMBER(expected, actual)                                                              \
    do {                                                                                            \
        long long expected_ = (long long)(expected), actual_ = (long long)(actual);                 \
        CHECK(expected_ == actual_, "%s is %lld, expected %lld", #actual, actual_, expected_);      \
    } while (0)

void scenario(const char *rule, void (*body)(void));
void scenario_skipped(const char *rule, const char *missing);

/* Prints "passed failed skipped" as the last line for test/run, which adds up; the process' exit code. */
int scenarios_end(void);

#endif
