package io.vpccni.ipamd.pool.size;

import io.vpccni.ipamd.pod.HostAddress;
import io.vpccni.ipamd.pool.ledger.EniState;
import io.vpccni.ipamd.pool.state.Transition;
import java.util.Optional;

/**
 * Finds the subnets that local routes give to the host as a whole. Whatever EC2 assigns there is
 * the host's at once, so asking for more would go on until all ENIs of the instance are full.
 */
public final class HostSubnets {
  private HostSubnets() {}

  /** Returns the host's block that the subnet of an ENI lies in. */
  public static Optional<HostAddress> blockAround(Transition transition, EniState eni) {
    return transition
        .links
        .veths()
        .flatMap(list -> eni.facts().subnetCidr().flatMap(list::blockAround));
  }

  /** Tells whether the host has the subnets of all ENIs of a card that could get addresses. */
  static boolean all(Transition transition, int card) {
    boolean all = false;
    for (var eni : transition.ledger.enis().values()) {
      if (eni.card() != card || !eni.mayGrow(transition.settings().enis().customNetworking())) {
        continue;
      }
      if (blockAround(transition, eni).isEmpty()) {
        return false;
      }
      all = true;
    }
    return all;
  }
}
