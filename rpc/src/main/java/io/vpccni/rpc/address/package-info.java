/**
 * IP addresses and CIDRs as values: the canonical text that crosses every wire, parsed once and
 * without name lookups.
 */
@NullMarked
package io.vpccni.rpc.address;

import org.jspecify.annotations.NullMarked;
