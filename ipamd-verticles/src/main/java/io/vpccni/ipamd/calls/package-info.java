/**
 * All calls from outside this process arrive in this package. Both sockets have one owner, because
 * the calls of one attachment run one after the other whichever socket they come by.
 */
@NullMarked
package io.vpccni.ipamd.calls;

import org.jspecify.annotations.NullMarked;
