#ifndef SHA256_H
#define SHA256_H

#include <stddef.h>

/* SHA-256 of FIPS 180-4. Each attachment needs one stable name of fixed length, and this static program has no libraries. Nothing secret is hashed. */
void sha256(const void *bytes, size_t length, unsigned char digest[static 32]);

#endif
