package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.ec2.Ec2Request.CreateEni;
import io.vpccni.ipamd.eni.AddressKind;
import java.time.Instant;
import java.util.Optional;

/** Asks EC2 for another ENI, where those that are there have no room for what is missing. */
final class NewEni {
  private NewEni() {}

  /** EC2 makes one at a time. */
  static void ask(Turn turn, Figures figures, long wanted) {
    if (!room(turn, figures)) {
      turn.raise(
          Condition.Name.ENI_LIMIT_REACHED,
          String.valueOf(figures.card()),
          "NoRoom",
          "network card %d carries all the ENIs it may (%d); %d more addresses were wanted"
              .formatted(figures.card(), figures.enis(), wanted));
      return;
    }
    turn.clear(Condition.Name.ENI_LIMIT_REACHED, String.valueOf(figures.card()));
    if (coveredByRest(turn, figures)
        || pauses(turn, figures.card()).isAfter(turn.now)
        || creating(turn)) {
      return;
    }
    if (turn.settings.customNetworking() && turn.custom.isEmpty()) {
      turn.raise(
          Condition.Name.ENI_CONFIG_MISSING,
          "",
          "NoENIConfig",
          "custom networking is on, and the node's ENIConfig is not there: no ENI is created");
      return;
    }
    turn.clear(Condition.Name.ENI_CONFIG_MISSING, "");
    boolean singles = turn.settings.kind() == AddressKind.IPV4_PREFIX && !turn.singles.isEmpty();
    var kind = singles ? AddressKind.SECONDARY_IP : turn.settings.kind();
    long slots =
        kind == AddressKind.IPV6_PREFIX ? 1 : turn.limits.map(Limits::slotsPerEni).orElse(0);
    int count =
        (int)
            Math.min(singles ? Growth.inSingles(Sizing.of(turn, figures), wanted) : wanted, slots);
    turn.askEc2(
        new Asked.ToCreate(figures.card(), kind, count, turn.now),
        new CreateEni(
            figures.card(),
            kind,
            count,
            turn.settings.customNetworking() ? turn.custom : Optional.empty()));
  }

  /** What rests will be enough by itself: worth no new ENI, unless somebody waits. */
  private static boolean coveredByRest(Turn turn, Figures figures) {
    if (!turn.queue.isEmpty() || figures.tally().cooling() == 0) {
      return false;
    }
    var sizing = Sizing.of(turn, figures);
    int cooling = figures.tally().cooling();
    // As if they were free; the prefixes they lie in are not counted, which only errs to growth.
    var rested =
        new Sizing(
            sizing.total(),
            sizing.assigned(),
            sizing.available() + cooling,
            sizing.freeBlocks(),
            sizing.eniAddresses(),
            sizing.prefixes(),
            sizing.targets(),
            sizing.maxPods());
    return !rested.tooLow();
  }

  private static boolean creating(Turn turn) {
    return turn.asked.values().stream().anyMatch(Asked.ToCreate.class::isInstance);
  }

  /** Until when no ENI is created on that card; {@link Instant#EPOCH} if one may be now. */
  static Instant pauses(Turn turn, int card) {
    return Backoffs.until(turn, Ec2Action.CREATE, "", String.valueOf(card));
  }

  static boolean room(Turn turn, Figures figures) {
    int reserve = figures.card() == 0 && turn.settings.reserveTrunk() && !figures.trunk() ? 1 : 0;
    return figures.enis() + figures.creating()
        < turn.limits.map(Limits::enisPerCard).orElse(0) - reserve;
  }
}
