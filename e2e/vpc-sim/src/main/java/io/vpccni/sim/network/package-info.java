/**
 * The data plane of the simulated VPC: namespaces, links, routes and the source check, made with
 * {@code ip} and {@code nft}. Deliberately without the product's netlink code: an independent
 * witness of what that code does.
 */
@NullMarked
package io.vpccni.sim.network;

import org.jspecify.annotations.NullMarked;
