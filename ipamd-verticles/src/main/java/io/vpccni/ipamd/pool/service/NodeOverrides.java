package io.vpccni.ipamd.pool.service;

import io.vpccni.ipamd.kubernetes.KubernetesNode;
import io.vpccni.ipamd.pool.NodeState;
import io.vpccni.ipamd.pool.Targets;
import java.util.Map;
import java.util.TreeMap;

/**
 * This is what a Node object says to the pool.
 *
 * @param targets the node's own warm targets where it has any, else the common ones
 * @param ignored annotations that are no number of 0 or more, and what is used instead
 */
record NodeOverrides(Targets targets, Map<String, String> ignored) {
  /** The annotations are {@code vpc.amazonaws.com/warm-ip-target} and so on. */
  private static final String PREFIX = "vpc.amazonaws.com/";

  NodeOverrides {
    ignored = Map.copyOf(ignored);
  }

  static NodeState state(KubernetesNode node) {
    var pods = node.allocatablePods().isPresent() ? node.allocatablePods() : node.maxPods();
    return new NodeState(!node.cordoned(), pods);
  }

  static NodeOverrides of(Targets common, Map<String, String> annotations) {
    var ignored = new TreeMap<String, String>();
    var targets =
        new Targets(
            read(annotations, "warm-eni-target", common.warmEni(), ignored),
            read(annotations, "warm-ip-target", common.warmIp(), ignored),
            read(annotations, "minimum-ip-target", common.minimumIp(), ignored),
            read(annotations, "warm-prefix-target", common.warmPrefix(), ignored));
    return new NodeOverrides(targets, ignored);
  }

  private static int read(
      Map<String, String> annotations, String name, int common, Map<String, String> ignored) {
    var text = annotations.get(PREFIX + name);
    if (text == null) {
      return common;
    }
    if (text.matches("[0-9]{1,6}")) {
      return Integer.parseInt(text);
    }
    ignored.put(
        PREFIX + name,
        "the node's annotation says \"%s\", which is not a number from 0 to 999999; %d is used instead"
            .formatted(text, common));
    return common;
  }
}
