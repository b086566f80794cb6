/**
 * What pods hold, whoever owns it: the pool its addresses, the list of branch pods theirs. Who asks
 * for it may go away, and asks for one attachment one thing after the other.
 */
@NullMarked
package io.vpccni.ipamd.holding;

import org.jspecify.annotations.NullMarked;
