package io.vpccni.ipamd.pod;

import io.vpccni.rpc.address.Cidr;

/**
 * This is an address that the host itself takes packets for, so that a pod with the same address
 * would get none of them.
 *
 * @param cidr a single address, or a block that a local route gives to the host
 * @param link name of the link that has it, or that the route names
 */
public record HostAddress(Cidr cidr, String link) {}
