package io.vpccni.ipamd.pool.decide;

import io.vpccni.ipamd.ec2.Ec2Request.CustomNetwork;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.Limits;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.calls.Egress;
import io.vpccni.ipamd.pool.state.Inheritance;
import io.vpccni.ipamd.pool.state.Transition;
import io.vpccni.ipamd.pool.truth.ForeignCheckpoint;
import java.util.Optional;
import java.util.Set;

/** Takes in what others tell: settings, limits, the node, demand and conditions. */
final class NodeUpdates {
  private NodeUpdates() {}

  static void kind(Transition transition, AddressKind kind) {
    transition.context = transition.context.withSettings(transition.settings().withKind(kind));
  }

  static void targets(Transition transition, Targets targets) {
    transition.context =
        transition.context.withSettings(transition.settings().withTargets(targets));
  }

  static void limits(Transition transition, Limits limits) {
    if (!transition.context.limits().equals(Optional.of(limits))) {
      transition.context = transition.context.withLimits(limits);
      transition.touch();
    }
  }

  static void custom(Transition transition, Optional<CustomNetwork> config) {
    transition.context = transition.context.withCustom(config);
    if (config.isPresent()) {
      transition.clear(Condition.Name.ENI_CONFIG_MISSING, "");
    }
  }

  static void node(Transition transition, NodeFacts facts) {
    if (ForeignCheckpoint.isOther(transition, facts)) {
      ForeignCheckpoint.drop(transition, facts);
    }
    transition.context = transition.context.inherit(Inheritance.NONE);
    if (!transition.context.facts().equals(Optional.of(facts))) {
      transition.context = transition.context.withFacts(facts);
      Egress.look(transition);
      transition.touch();
    }
  }

  /**
   * Takes in the pods without an address, except those that hold one already, because the status of
   * a pod lags.
   */
  static void demand(Transition transition, Set<PodRef> withoutAddress) {
    transition.context =
        transition.context.withDemand(
            withoutAddress.stream()
                .filter(pod -> !transition.ledger.served().containsKey(pod))
                .toList());
  }

  static void condition(Transition transition, Condition condition) {
    transition.raise(condition.key(), condition.reason(), condition.detail());
  }
}
