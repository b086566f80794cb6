/**
 * This package knows what pods hold, whoever owns it: the pool owns its addresses, the list of
 * branch pods theirs. It is taken and given back in one way for all sockets, one call of an
 * attachment after the other.
 */
@NullMarked
package io.vpccni.ipamd.holding;

import org.jspecify.annotations.NullMarked;
