/*
 * The engine for machines without clang: seeded mutations of a few good inputs, without coverage. argv: seconds, seed. A failing run is repeated by
 * its seed.
 */
#include "fuzz.h"

#include "text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct seed {
    size_t length;
    const char *bytes;
};

#define SEED(text) {sizeof text - 1, text}

static const struct seed seeds[] = {
    SEED("\0VCNI\1\0\0\0\1\0"),
    SEED("\0VCNI\1\0\0\0\x20\1{\"cniVersion\": \"1.0.0\", \"ip\": 1}"),
    SEED("\0VCNI\1\0\0\0\x1e\1{\n    \"code\": 11,\n    \"msg\": \"\"}"),
    SEED("\1\2VCNI\1\0\0\0\5\0{  }"),
    SEED("\2\"quotes\" \\ and \x7f\x01\xc3\xa9"),
    SEED("\3aws-cni\0CNI_COMMAND=ADD\0CNI_ARGS=K8S_POD_NAME=a;IgnoreUnknown=1\0PATH=/bin\0CNI_IFNAME=eth0"),
};

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

int main(int argc, char **argv) {
    static uint8_t bytes[16384];
    int64_t end = now_ms() + (argc > 1 ? atoll(argv[1]) : 5) * 1000;
    uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 0) : 20260101;
    unsigned long long runs = 0;
    state = seed * 2 + 1;
    for (; runs % 256 != 0 || now_ms() < end; runs++) {
        const struct seed *from = &seeds[below(sizeof seeds / sizeof seeds[0])];
        memcpy(bytes, from->bytes, from->length);
        size_t length = mutate(bytes, from->length, sizeof bytes);
        LLVMFuzzerTestOneInput(bytes, length);
    }
    printf("fuzz: %llu runs of seeded mutations, seed %llu, no findings\n", runs, (unsigned long long)seed);
    return 0;
}
