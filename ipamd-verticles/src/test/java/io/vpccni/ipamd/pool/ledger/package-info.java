@NullMarked
package io.vpccni.ipamd.pool.ledger;

import org.jspecify.annotations.NullMarked;
