/** What pods hold, whoever owns it: the pool its addresses, the list of branch pods theirs. */
@NullMarked
package io.vpccni.ipamd.holding;

import org.jspecify.annotations.NullMarked;
