#ifndef SHA256_H
#define SHA256_H

#include <stddef.h>

/* FIPS 180-4. Here because a static program without libraries needs one stable name of fixed length per attachment; nothing secret is hashed. */
void sha256(const void *bytes, size_t length, unsigned char digest[static 32]);

#endif
