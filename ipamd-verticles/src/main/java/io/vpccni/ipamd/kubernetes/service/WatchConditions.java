package io.vpccni.ipamd.kubernetes.service;

import io.vpccni.ipamd.condition.RaisedConditions;

/** Raises and lowers the conditions of both watches, that of the node and that of its pods. */
final class WatchConditions {
  private final WatchCondition node;
  private final WatchCondition pods;

  WatchConditions(RaisedConditions conditions, String nodeName) {
    this.node = new WatchCondition(conditions, "ApiServerUnreachable", "node " + nodeName);
    this.pods = new WatchCondition(conditions, "PodsNotWatched", "pods of node " + nodeName);
  }

  WatchCondition node() {
    return node;
  }

  WatchCondition pods() {
    return pods;
  }

  /**
   * This is how the watches are.
   *
   * @param podsWanted whether the pods are to be watched at all
   */
  record Standing(boolean node, boolean pods, boolean podsWanted) {}

  /** Looks at both, as is done every few seconds. */
  void look(Standing now) {
    node.look(now.node());
    // While the node cannot be watched either, that condition says it for both.
    if (now.node() && now.podsWanted()) pods.look(now.pods());
  }
}
