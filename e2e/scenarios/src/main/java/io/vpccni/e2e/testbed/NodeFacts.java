package io.vpccni.e2e.testbed;

import io.vpccni.rpc.address.Ip;
import java.util.Optional;

/**
 * @param name in Kubernetes
 * @param publicIp of the primary address: what the internet sees of the node's pods
 * @param ipv6 in a VPC that has IPv6; the internet sees it as it is
 */
public record NodeFacts(
    String name,
    String instanceId,
    String instanceType,
    Ip primaryIp,
    Ip publicIp,
    Optional<Ip> ipv6,
    String netns) {}
