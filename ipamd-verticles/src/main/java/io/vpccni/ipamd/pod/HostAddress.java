package io.vpccni.ipamd.pod;

import io.vpccni.rpc.address.Ip;

/**
 * This is an address that the host itself takes packets for, so that a pod with the same address
 * would get none of them.
 *
 * @param link name of the link that has it
 */
public record HostAddress(Ip ip, String link) {}
