package io.vpccni.ipamd.pool.truth;

import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.pool.state.Transition;
import java.util.List;

/** Takes in what net-programmer says of the links of ENIs. */
public final class EniLinks {
  private EniLinks() {}

  public static void applied(Transition transition, PoolEvent.HostApplied applied) {
    for (var eni : List.copyOf(transition.ledger.enis().values())) {
      var table = applied.tables().get(eni.id());
      if (table != null && (!eni.linked() || eni.table() != table)) {
        var linked = eni.linked(true, table);
        transition.ledger = transition.ledger.put(linked);
        Placement.linked(transition, linked);
        transition.touch();
      } else if (applied.missing().contains(eni.id()) && !eni.facts().primary()) {
        transition.ledger = transition.ledger.put(eni.linked(false, eni.table()));
      }
      if (table != null || eni.facts().primary()) {
        transition.clear(Condition.Name.ENI_LINK_MISSING, eni.id().value());
      }
    }
  }
}
