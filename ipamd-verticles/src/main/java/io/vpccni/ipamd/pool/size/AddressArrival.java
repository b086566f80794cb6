package io.vpccni.ipamd.pool.size;

import java.time.Instant;

/** So many addresses come at that time, but not earlier. */
record AddressArrival(Instant at, long addresses) {}
