/**
 * This package runs programs of the node: iptables and nft, nothing else, and never for a single
 * pod.
 */
@NullMarked
package io.vpccni.netprog.tool;

import org.jspecify.annotations.NullMarked;
