package io.vpccni.ipamd.pool;

import java.time.Duration;

/** What net-programmer says about itself and about the ENIs' links. */
final class Dataplane {
  /** How long a link may take to appear before people are told. */
  private static final Duration LINK_PATIENCE = Duration.ofMinutes(1);

  private static final Duration AGAIN = Duration.ofSeconds(5);

  private Dataplane() {}

  static void connected(Transition transition) {
    transition.links = transition.links.connect();
    transition.clear(Condition.Name.DATAPLANE_UNREACHABLE, "");
    applyHost(transition);
    listVeths(transition);
  }

  static void lost(Transition transition, String why) {
    transition.links = transition.links.lose();
    transition.raise(Condition.Name.DATAPLANE_UNREACHABLE, "", "ConnectionLost", why);
  }

  /** The ENIs changed: their links, routes and rules must follow. */
  static void applyHost(Transition transition) {
    if (!transition.links.connected()) {
      return; // connecting does it
    }
    transition.clocks = transition.clocks.hostApplied();
    transition.command(
        new PoolCommand.ApplyHost(
            transition.ledger.enis().values().stream()
                .filter(eni -> eni.facts().managed())
                .map(eni -> eni.facts())
                .toList()));
  }

  /** One list at a time is enough: what is asked for meanwhile is answered by it. */
  static void listVeths(Transition transition) {
    if (transition.cloud.inFlight().values().stream()
        .anyMatch(InFlightRequest.ToListVeths.class::isInstance)) {
      return;
    }
    transition.clocks = transition.clocks.vethsListed();
    transition.command(
        new PoolCommand.ListVeths(
            transition.ask(new InFlightRequest.ToListVeths(transition.now()))));
  }

  static void applied(Transition transition, PoolEvent.HostApplied applied) {
    for (var eni : java.util.List.copyOf(transition.ledger.enis().values())) {
      var table = applied.tables().get(eni.id());
      if (table != null && (!eni.linked() || eni.table() != table)) {
        var linked = eni.linked(true, table);
        transition.ledger = transition.ledger.put(linked);
        Restore.linked(transition, linked);
        transition.touch();
      } else if (applied.missing().contains(eni.id()) && !eni.facts().primary()) {
        transition.ledger = transition.ledger.put(eni.linked(false, eni.table()));
      }
      if (table != null || eni.facts().primary()) {
        transition.clear(Condition.Name.ENI_LINK_MISSING, eni.id().value());
      }
    }
  }

  /** A link may come later than the answer that promised it. */
  static void again(Transition transition) {
    boolean missing = false;
    for (var eni : transition.ledger.enis().values()) {
      if (!eni.linked() && eni.counts()) {
        missing = true;
        if (!transition.within(eni.since(), LINK_PATIENCE)) {
          var key = Condition.Key.of(Condition.Name.ENI_LINK_MISSING, eni.id().value());
          transition.count(PoolCount.LINK_MISSING, transition.conditions.has(key) ? 0 : 1);
          transition.raise(
              Condition.Name.ENI_LINK_MISSING,
              eni.id().value(),
              "NoLink",
              "no link with MAC " + eni.facts().mac() + ": its addresses are not used");
        }
      }
    }
    var due = transition.clocks.host().plus(AGAIN);
    if (missing && transition.links.connected()) {
      if (transition.passed(due)) {
        applyHost(transition);
      } else {
        transition.wake(due);
      }
    }
  }
}
