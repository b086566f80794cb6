/*
 * The engine for machines without clang: seeded mutations of a few good inputs, without coverage. argv: seconds, the corpus' folder, seed. A failing run is repeated by
 * its seed.
 */
#include "fuzz.h"

#include "text.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct seed {
    size_t length;
    uint8_t bytes[8192];
} seeds[1024];

static uint64_t state;

static size_t below(size_t limit) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return limit == 0 ? 0 : (size_t)(state % limit);
}

static size_t mutate(uint8_t *bytes, size_t length, size_t room) {
    for (size_t times = 1 + below(6); times > 0; times--) {
        size_t at = below(length), count = 1 + below(16);
        switch (below(5)) {
        case 0:
            bytes[at] ^= (uint8_t)(1u << below(8));
            break;
        case 1:
            bytes[at] = (uint8_t)below(256);
            break;
        case 2: /* repeat a piece */
            if (at + count > length || length + count > room) break;
            memmove(bytes + at + count, bytes + at, length - at);
            length += count;
            break;
        case 3: /* remove a piece */
            if (at + count >= length) break;
            memmove(bytes + at, bytes + at + count, length - at - count);
            length -= count;
            break;
        case 4: /* much of the same */
            if (length + 2000 > room) break;
            memset(bytes + length, bytes[at], 2000);
            length += 2000;
            break;
        }
    }
    return length;
}

/* All files of the corpus, once as they are. */
static size_t read_seeds(const char *folder) {
    size_t count = 0;
    struct dirent **entries;
    int found = scandir(folder, &entries, NULL, alphasort); /* sorted: a run is the same on every machine */
    for (int i = 0; i < found && count < sizeof seeds / sizeof seeds[0]; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", folder, entries[i]->d_name);
        FILE *file = entries[i]->d_name[0] == '.' ? NULL : fopen(path, "rb");
        free(entries[i]);
        if (file == NULL) continue;
        struct seed *seed = &seeds[count];
        seed->length = fread(seed->bytes, 1, sizeof seed->bytes, file);
        fclose(file);
        if (seed->length == 0) continue;
        LLVMFuzzerTestOneInput(seed->bytes, seed->length);
        count++;
    }
    if (found >= 0) free(entries);
    return count;
}

int main(int argc, char **argv) {
    static uint8_t bytes[16384];
    size_t count = read_seeds(argc > 2 ? argv[2] : "test/corpus");
    if (count == 0) {
        fprintf(stderr, "usage: %s seconds corpus [seed]\n", argv[0]);
        return 2;
    }
    int64_t end = now_ms() + (argc > 1 ? atoll(argv[1]) : 5) * 1000;
    uint64_t seed = argc > 3 ? strtoull(argv[3], NULL, 0) : 20260101;
    unsigned long long runs = 0;
    state = seed * 2 + 1;
    for (; runs % 256 != 0 || now_ms() < end; runs++) {
        const struct seed *from = &seeds[below(count)];
        memcpy(bytes, from->bytes, from->length);
        size_t length = mutate(bytes, from->length, sizeof bytes);
        LLVMFuzzerTestOneInput(bytes, length);
    }
    printf("fuzz: %zu inputs of the corpus, %llu runs of seeded mutations, seed %llu, no findings\n", count, runs, (unsigned long long)seed);
    return 0;
}
