/**
 * iptables as values: what is there is read once with iptables-save, what is desired is compared
 * with it, and the difference goes to iptables-restore in one atomic batch per table. A rule that
 * is already right is never touched.
 */
@NullMarked
package io.vpccni.netprog.iptables;

import org.jspecify.annotations.NullMarked;
