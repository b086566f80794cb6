/**
 * IP addresses and CIDR blocks are values here: their text is parsed once, without name lookups,
 * and written in one canonical form on every wire.
 */
@NullMarked
package io.vpccni.rpc.address;

import org.jspecify.annotations.NullMarked;
