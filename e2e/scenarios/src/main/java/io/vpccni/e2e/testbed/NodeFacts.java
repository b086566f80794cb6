package io.vpccni.e2e.testbed;

import io.vpccni.rpc.address.Ip;
import java.util.Optional;

/**
 * Holds the facts of a node that tests refer to.
 *
 * @param name the name of the Node in Kubernetes
 * @param publicIp the public address of the primary address, which is what the internet sees of the
 *     node's pods
 * @param ipv6 the IPv6 address in a VPC that has IPv6; the internet sees it as it is
 */
public record NodeFacts(
    String name,
    String instanceId,
    String instanceType,
    Ip primaryIp,
    Ip publicIp,
    Optional<Ip> ipv6,
    String netns) {}
