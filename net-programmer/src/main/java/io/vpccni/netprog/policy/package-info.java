/** This package relays two calls to the network policy agent, whose socket only root can reach. */
@NullMarked
package io.vpccni.netprog.policy;

import org.jspecify.annotations.NullMarked;
