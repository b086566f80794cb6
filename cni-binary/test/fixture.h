#ifndef FIXTURE_H
#define FIXTURE_H

#include "check.h"
#include "fake_agent.h"
#include "frame.h"
#include "program.h"
#include "spool.h"

#define ADD_MS 900

/* The CNI error 11 as an agent that is starting gives it. */
extern const char later[42];

/* Whether these are the request of run("DEL"), which began a moment ago. */
#define FRAME_OF_DEL_LENGTH 147
bool is_frame_of_del(const char *bytes, size_t length);

void fixture_begin(const char *program_path);

/* A scenario in a folder of its own, which is the program's run folder, with an empty spool. */
void fresh(const char *rule, void (*body)(void));
void fresh_as_root(const char *rule, void (*body)(void));

/* A call for container c1, interface eth0, with {} on stdin. */
const char *const *variables(const char *command);
struct execution call(const char *command);
const struct outcome *run(const char *command);

size_t read_file(const char *path, char *bytes, size_t room);
bool wait_for(const char *path);
const char *spooled_path(void);
int files_in(const char *folder);

void expect_error(const struct outcome *got, int code, const char *text);
void expect_success(const struct outcome *got);

/* How a call works, what happens without a (good) agent, what the spool does, and what the stamp says. */
void call_scenarios(void);
void agent_scenarios(void);
void spool_scenarios(void);
void stamp_scenarios(void);

#endif
