/**
 * Who has which address: ENIs with their CIDRs, what each address is doing, what pods hold, and
 * what rests or is being given back. Indexes and sums are kept with each change.
 */
@NullMarked
package io.vpccni.ipamd.pool.ledger;

import org.jspecify.annotations.NullMarked;
