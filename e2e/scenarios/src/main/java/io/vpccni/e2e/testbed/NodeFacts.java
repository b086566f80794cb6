package io.vpccni.e2e.testbed;

import io.vpccni.rpc.address.Ip;

/**
 * @param name in Kubernetes
 * @param publicIp of the primary address: what the internet sees of the node's pods
 */
public record NodeFacts(
    String name, String instanceId, String instanceType, Ip primaryIp, Ip publicIp, String netns) {}
