/* The built program, executed as a runtime does it, against agents that behave and agents that do not. argv[1]: the program (its impatient build). */
#include "fixture.h"

#include <unistd.h>

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    alarm(120); /* a test that hangs is a failure too */
    fixture_begin(argv[1]);
    call_scenarios();
    agent_scenarios();
    spool_scenarios();
    stamp_scenarios();
    return scenarios_end();
}
