package io.vpccni.ipamd.kubernetes;

import io.vpccni.ipamd.bus.BusMessage;

/**
 * How many pods are bound to this node, need an address of their own (no host network, not
 * finished) and have none yet. Only published where the pods are watched.
 */
public record PodDemand(int podsWithoutAddress) implements BusMessage {}
