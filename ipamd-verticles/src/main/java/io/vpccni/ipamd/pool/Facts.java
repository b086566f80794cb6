package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.eni.NodeFacts;
import java.util.Optional;
import java.util.Set;
import org.pcollections.HashTreePSet;

/** What others know and tell: settings, limits, the node, demand, conditions. */
final class Facts {
  private Facts() {}

  static void settings(Turn turn, PoolSettings settings) {
    turn.settings = settings;
  }

  static void limits(Turn turn, Limits limits) {
    if (!turn.limits.equals(Optional.of(limits))) {
      turn.limits = Optional.of(limits);
      turn.touch();
    }
  }

  static void node(Turn turn, NodeFacts facts) {
    if (!turn.facts.equals(Optional.of(facts))) {
      turn.facts = Optional.of(facts);
      Egress.look(turn);
      turn.touch();
    }
  }

  /** The status of a pod lags: those that already hold an address are not waiting for one. */
  static void demand(Turn turn, Set<PodRef> withoutAddress) {
    turn.demand =
        HashTreePSet.from(
            withoutAddress.stream().filter(pod -> !turn.served.containsKey(pod)).toList());
  }

  static void condition(Turn turn, Condition condition) {
    turn.raise(condition.key(), condition.reason(), condition.detail());
  }
}
