package io.vpccni.ipamd.kubernetes;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.pod.PodRef;

/**
 * The VPC resource controller has written into a pod of this node which branch ENI it has. Only
 * published where the pods are watched.
 */
public record BranchEniAnnotated(PodRef pod) implements BusMessage {
  public boolean is(PodRef other) {
    return pod.equals(other);
  }
}
