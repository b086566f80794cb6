#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>

#define MUST(condition) ((condition) ? (void)0 : broken(#condition))

/* Says so and aborts: what a fuzzer takes for a crash. */
_Noreturn void broken(const char *condition);

/* The whole program; the other parts are functions of it. */
void fuzz_whole(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
