/**
 * This package is the data plane of the simulated VPC: namespaces, links, routes and the source
 * check, made with {@code ip} and {@code nft}. It deliberately does without the product's netlink
 * code, so that it is an independent witness of what that code does.
 */
@NullMarked
package io.vpccni.sim.network;

import org.jspecify.annotations.NullMarked;
