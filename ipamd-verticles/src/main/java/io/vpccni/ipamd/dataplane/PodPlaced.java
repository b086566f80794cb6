package io.vpccni.ipamd.dataplane;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.pod.Holding;

/**
 * It has become known which routing tables a pod's addresses belong to, after net-programmer may
 * have been told of the pod without them.
 */
public record PodPlaced(Holding holding) implements BusMessage {}
