package io.vpccni.ipamd.kubernetes;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.pod.PodRef;
import java.util.Set;

/**
 * Lists the pods that are bound to this node, need an address of their own (no host network, not
 * finished) and whose status shows none yet. Names rather than a number: the status lags, and the
 * pool knows which of them it has served. It is published only where the pods are watched.
 */
public record PodDemand(Set<PodRef> podsWithoutAddress) implements BusMessage {
  public PodDemand {
    podsWithoutAddress = Set.copyOf(podsWithoutAddress);
  }
}
