package io.vpccni.ipamd.pool.ask;

import io.vpccni.ipamd.pool.state.Transition;
import java.util.Optional;

/** Decides whether EC2 may be asked to change anything. */
public final class Provisioning {
  private Provisioning() {}

  /** Returns why EC2 may not be asked to change anything, if so. */
  public static Optional<String> obstacle(Transition transition) {
    if (transition.context.terminating()) {
      return Optional.of("the agent is stopping");
    }
    if (!transition.settings().ec2().mayChange()) {
      return Optional.of("provisioning is switched off");
    }
    if (!transition.context.node().schedulable()
        && !transition.settings().ec2().manageNonSchedulable()) {
      return Optional.of("the node is not schedulable");
    }
    return Optional.empty();
  }

  /** Tells whether the pool knows enough to ask: what EC2 has, and what the instance may have. */
  public static boolean informed(Transition transition) {
    return transition.cloud.described()
        && transition.cloud.doubt().isEmpty()
        && transition.context.limits().isPresent();
  }
}
