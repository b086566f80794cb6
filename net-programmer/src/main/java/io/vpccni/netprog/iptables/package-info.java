/**
 * This package handles iptables as values. The present rules are read once with iptables-save and
 * compared with the desired ones, and the difference goes to iptables-restore in one atomic batch
 * per table. A rule that is right already is never touched.
 */
@NullMarked
package io.vpccni.netprog.iptables;

import org.jspecify.annotations.NullMarked;
