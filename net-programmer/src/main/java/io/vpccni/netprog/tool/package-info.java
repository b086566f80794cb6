/**
 * Programs of the node that this process runs: iptables and nft, nothing else, and never per pod.
 */
@NullMarked
package io.vpccni.netprog.tool;

import org.jspecify.annotations.NullMarked;
