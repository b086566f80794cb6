/**
 * This package handles the native nftables table {@code ip aws-cni}, which holds the connection
 * marks on nodes whose iptables is the nft variant.
 */
@NullMarked
package io.vpccni.netprog.nft;

import org.jspecify.annotations.NullMarked;
