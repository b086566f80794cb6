package io.vpccni.ipamd.pool;

import java.util.OptionalInt;

/**
 * @param schedulable false while the node is cordoned
 * @param maxPods the node's allocatable pods; absent while unknown
 */
public record NodeState(boolean schedulable, OptionalInt maxPods) {
  public static final NodeState UNKNOWN = new NodeState(true, OptionalInt.empty());
}
