/**
 * SNAT, connection marks and the node-local block rules: what is desired, and the one place that
 * applies it.
 */
@NullMarked
package io.vpccni.netprog.netfilter;

import org.jspecify.annotations.NullMarked;
