package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.pod.PodRef;
import java.util.Optional;
import java.util.Set;
import org.pcollections.HashTreePSet;

/** What others know and tell: settings, limits, the node, demand, conditions. */
final class NodeUpdates {
  private NodeUpdates() {}

  static void settings(Transition transition, PoolSettings settings) {
    transition.settings = settings;
  }

  static void limits(Transition transition, Limits limits) {
    if (!transition.limits.equals(Optional.of(limits))) {
      transition.limits = Optional.of(limits);
      transition.touch();
    }
  }

  static void node(Transition transition, NodeFacts facts) {
    if (!transition.facts.equals(Optional.of(facts))) {
      transition.facts = Optional.of(facts);
      Egress.look(transition);
      transition.touch();
    }
  }

  /** The status of a pod lags: those that already hold an address are not waiting for one. */
  static void demand(Transition transition, Set<PodRef> withoutAddress) {
    transition.demand =
        HashTreePSet.from(
            withoutAddress.stream().filter(pod -> !transition.served.containsKey(pod)).toList());
  }

  static void condition(Transition transition, Condition condition) {
    transition.raise(condition.key(), condition.reason(), condition.detail());
  }
}
