#include "check.h"

int scenarios_passed, scenarios_failed, scenarios_skipped;
bool scenario_holds;

void scenario(const char *rule, void (*body)(void)) {
    scenario_holds = true;
    body();
    if (scenario_holds) {
        scenarios_passed++;
    } else {
        scenarios_failed++;
        fprintf(stderr, "FAILED %s\n", rule);
    }
}

void scenario_skipped(const char *rule, const char *missing) {
    scenarios_skipped++;
    fprintf(stderr, "skipped (%s): %s\n", missing, rule);
}

int scenarios_end(void) {
    printf("%d %d %d\n", scenarios_passed, scenarios_failed, scenarios_skipped);
    return scenarios_failed == 0 ? 0 : 1;
}
