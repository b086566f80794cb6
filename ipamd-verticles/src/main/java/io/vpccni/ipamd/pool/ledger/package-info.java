/**
 * This package knows who has which address: ENIs with their CIDRs, what each address is doing, what
 * pods hold, and what rests or is being given back. Indexes and sums follow each change.
 */
@NullMarked
package io.vpccni.ipamd.pool.ledger;

import org.jspecify.annotations.NullMarked;
