package io.vpccni.ipamd.pool;

import java.time.Duration;

/** What net-programmer says about itself and about the ENIs' links. */
final class Dataplane {
  /** How long a link may take to appear before people are told. */
  private static final Duration LINK_PATIENCE = Duration.ofMinutes(1);

  private static final Duration AGAIN = Duration.ofSeconds(5);

  private Dataplane() {}

  static void connected(Turn turn) {
    turn.dataplane = true;
    turn.clear(Condition.Name.DATAPLANE_UNREACHABLE, "");
    applyHost(turn);
    Veths.ask(turn);
  }

  static void lost(Turn turn, String why) {
    turn.dataplane = false;
    turn.raise(Condition.Name.DATAPLANE_UNREACHABLE, "", "ConnectionLost", why);
  }

  /** The ENIs changed: their links, routes and rules must follow. */
  static void applyHost(Turn turn) {
    if (!turn.dataplane) {
      return; // connecting does it
    }
    turn.clocks = turn.clocks.hostAt(turn.now);
    turn.command(
        new PoolCommand.ApplyHost(
            turn.enis.values().stream()
                .filter(eni -> eni.facts.managed())
                .map(eni -> eni.facts)
                .toList()));
  }

  static void applied(Turn turn, PoolEvent.HostApplied applied) {
    for (var eni : java.util.List.copyOf(turn.enis.values())) {
      var table = applied.tables().get(eni.id());
      if (table != null && (!eni.linked || eni.table != table)) {
        turn.put(eni.linked(true, table));
        turn.touch();
      } else if (applied.missing().contains(eni.id()) && !eni.facts.primary()) {
        turn.put(eni.linked(false, eni.table));
      }
      if (table != null || eni.facts.primary()) {
        turn.clear(Condition.Name.ENI_LINK_MISSING, eni.id().value());
      }
    }
  }

  /** A link may come later than the answer that promised it. */
  static void again(Turn turn) {
    boolean missing = false;
    for (var eni : turn.enis.values()) {
      if (!eni.linked && eni.counts()) {
        missing = true;
        if (!turn.within(eni.since, LINK_PATIENCE)) {
          var key = Condition.Key.of(Condition.Name.ENI_LINK_MISSING, eni.id().value());
          turn.count(PoolCount.LINK_MISSING, turn.conditions.containsKey(key) ? 0 : 1);
          turn.raise(
              Condition.Name.ENI_LINK_MISSING,
              eni.id().value(),
              "NoLink",
              "no link with MAC " + eni.facts.mac() + ": its addresses are not used");
        }
      }
    }
    var due = turn.clocks.host().plus(AGAIN);
    if (missing && turn.dataplane) {
      if (turn.passed(due)) {
        applyHost(turn);
      } else {
        turn.wake(due);
      }
    }
  }
}
