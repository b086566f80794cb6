package io.vpccni.ipamd.pool.ask;

import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.PoolCount;
import io.vpccni.ipamd.pool.state.InFlightRequest;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.Transition;
import java.time.Duration;

/** Asks net-programmer for links and lists, and takes in whether it is connected. */
public final class Dataplane {
  /** A link may take this long to appear before people are told. */
  private static final Duration LINK_PATIENCE = Duration.ofMinutes(1);

  private static final Duration AGAIN = Duration.ofSeconds(5);

  private Dataplane() {}

  public static void connected(Transition transition) {
    transition.links = transition.links.connect();
    transition.clear(Condition.Name.DATAPLANE_UNREACHABLE, "");
    applyHost(transition);
    listVeths(transition);
  }

  public static void lost(Transition transition, String why) {
    transition.links = transition.links.lose();
    transition.raise(Condition.Name.DATAPLANE_UNREACHABLE, "", "ConnectionLost", why);
  }

  /** Holds the links, routes and rules follow a change of the ENIs. */
  public static void applyHost(Transition transition) {
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

  /**
   * Asks for a list of veths. One at a time is enough, because it also answers what is asked for
   * meanwhile.
   */
  public static void listVeths(Transition transition) {
    if (transition.cloud.inFlight().values().stream()
        .anyMatch(InFlightRequest.ToListVeths.class::isInstance)) {
      return;
    }
    transition.clocks = transition.clocks.vethsListed();
    transition.command(
        new PoolCommand.ListVeths(
            transition.ask(new InFlightRequest.ToListVeths(transition.now()))));
  }

  /**
   * Asks again for links that are not there yet, since a link may come later than the answer that
   * promised it.
   */
  public static void again(Transition transition) {
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
