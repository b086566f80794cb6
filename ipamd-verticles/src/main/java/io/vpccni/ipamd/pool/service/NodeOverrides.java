package io.vpccni.ipamd.pool.service;

import io.vpccni.ipamd.pool.NodeState;
import io.vpccni.ipamd.pool.Targets;
import java.util.Map;

/** What a Node object says to the pool. */
final class NodeOverrides {
  /** Annotations {@code vpc.amazonaws.com/warm-ip-target} and so on. */
  private static final String PREFIX = "vpc.amazonaws.com/";

  private NodeOverrides() {}

  static NodeState state(io.vpccni.ipamd.kubernetes.NodeState node) {
    var pods = node.allocatablePods().isPresent() ? node.allocatablePods() : node.maxPods();
    return new NodeState(!node.cordoned(), pods);
  }

  /** The node's own warm targets where it has any; what is no number of 0 or more is ignored. */
  static Targets targets(Targets common, Map<String, String> annotations) {
    return new Targets(
        read(annotations, "warm-eni-target", common.warmEni()),
        read(annotations, "warm-ip-target", common.warmIp()),
        read(annotations, "minimum-ip-target", common.minimumIp()),
        read(annotations, "warm-prefix-target", common.warmPrefix()));
  }

  private static int read(Map<String, String> annotations, String name, int common) {
    var text = annotations.getOrDefault(PREFIX + name, "");
    return text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : common;
  }
}
