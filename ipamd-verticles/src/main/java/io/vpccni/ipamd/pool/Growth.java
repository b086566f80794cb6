package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.ec2.Ec2Request.AssignAddresses;
import io.vpccni.ipamd.eni.AddressKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks EC2 for what is missing, in the fewest calls. What is in flight counts as if it were there.
 */
final class Growth {
  /**
   * Growths closer together than this are a ramp: each asks for twice as much as the one before.
   */
  private static final Duration RAMP = Duration.ofSeconds(15);

  /** More at once than this is not a ramp but waste. */
  private static final int RAMP_LIMIT = 16;

  /** Assignments to several ENIs at the same time; a bound, rarely reached. */
  private static final int IN_FLIGHT = 4;

  /**
   * What is missed while EC2 answers goes with the next request, unless EC2 is slower than this.
   */
  private static final Duration GATHER = Duration.ofSeconds(1);

  private Growth() {}

  /** Why nothing is asked of EC2 at all, if so. */
  static Optional<String> obstacle(Turn turn) {
    if (turn.terminating) {
      return Optional.of("the agent is stopping");
    }
    if (!turn.settings.provisioning() || turn.settings.imdsOnly()) {
      return Optional.of("provisioning is switched off");
    }
    if (!turn.node.schedulable() && !turn.settings.manageNonSchedulable()) {
      return Optional.of("the node is not schedulable");
    }
    return Optional.empty();
  }

  /** Whether we know enough to ask: what EC2 has, and what the instance may have. */
  static boolean informed(Turn turn) {
    return turn.described && turn.doubt.isEmpty() && turn.limits.isPresent();
  }

  static void plan(Turn turn) {
    if (!turn.started || obstacle(turn).isPresent() || !informed(turn)) {
      return;
    }
    for (int card : turn.cards()) {
      var waits = gatheringUntil(turn, card);
      for (int step = 0; step < IN_FLIGHT; step++) {
        if (!step(turn, card, waits)) {
          break;
        }
      }
    }
  }

  /** Until when EC2's answer to an earlier request for that card is waited for. */
  private static Instant gatheringUntil(Turn turn, int card) {
    var until = Instant.EPOCH;
    for (var asked : turn.asked.values()) {
      if (asked instanceof Asked.ToAssign(var id, var _, var _, var since)) {
        var eni = turn.enis.get(id);
        if (eni != null && eni.card() == card && since.plus(GATHER).isAfter(until)) {
          until = since.plus(GATHER);
        }
      }
    }
    return until;
  }

  /** Whether EC2 was asked, so that the next step may find more to ask for. */
  private static boolean step(Turn turn, int card, Instant gathering) {
    var figures = turn.figures(card);
    long wanted = wanted(turn, figures);
    if (wanted <= 0) {
      turn.clear(Condition.Name.ENI_LIMIT_REACHED, String.valueOf(card));
      return false;
    }
    var best = roomiest(turn, figures, wanted);
    if (best == null) {
      if (!roomAfterAnswer(turn, card)) {
        NewEni.ask(turn, figures, wanted);
      }
      return false;
    }
    if (gathering.isAfter(turn.now)) {
      turn.wake(gathering);
      return false;
    }
    return !Backoffs.pauses(turn, Ec2Action.ASSIGN.name(), "")
        && assign(turn, figures, wanted, best);
  }

  /**
   * An ENI that EC2 is filling and that can hold more, or from which it is taking something:
   * whatever it answers, there will be room there, so no other is created unless an ADD waits.
   */
  private static boolean roomAfterAnswer(Turn turn, int card) {
    if (turn.queue.isEmpty() && Shrink.isGivingBackPart(turn, card)) {
      return true;
    }
    for (var asked : turn.asked.values()) {
      if (asked instanceof Asked.ToAssign(var id, var _, var count, var _)) {
        var eni = turn.enis.get(id);
        if (eni != null && eni.card() == card && openSlots(turn, eni) > count) {
          return true;
        }
      }
    }
    return false;
  }

  private static long wanted(Turn turn, Figures figures) {
    if (turn.settings.kind() == AddressKind.IPV6_PREFIX) {
      // One /80 is more than a node can use.
      return figures.units() + figures.unitsInFlight() == 0 ? 1 : 0;
    }
    var sizing = Sizing.of(turn, figures);
    long wanted = sizing.wanted();
    // The pods that already wait are real, whatever the cap says.
    long waiting = -sizing.available();
    long needed = sizing.prefixes() ? Sizing.ceil16(waiting) : waiting;
    return turn.queue.isEmpty() ? wanted : Math.max(wanted, needed);
  }

  /** The ENI to ask for; null if none has room, so that another one is needed. */
  private static @Nullable EniState roomiest(Turn turn, Figures figures, long wanted) {
    EniState best = null;
    int bestRoom = 0;
    for (var eni : turn.enis.values()) {
      int room = eni.card() == figures.card() ? room(turn, eni) : 0;
      if (room > 0 && (best == null || better(room, eni, bestRoom, best, wanted))) {
        best = eni;
        bestRoom = room;
      }
    }
    return best;
  }

  private static boolean assign(Turn turn, Figures figures, long wanted, EniState eni) {
    var kind = kindFor(turn, eni);
    long count =
        kind == turn.settings.kind()
            ? ramp(turn, figures, wanted)
            : inSingles(Sizing.of(turn, figures), wanted);
    int asked = (int) Math.min(count, room(turn, eni));
    turn.askEc2(
        new Asked.ToAssign(eni.id(), kind, asked, turn.now),
        new AssignAddresses(eni.id(), kind, asked));
    return true;
  }

  /** Single addresses in the place of prefixes: as many as are missing, where that is known. */
  static long inSingles(Sizing sizing, long prefixes) {
    long missing = sizing.missingAddresses();
    return missing > 0 ? missing : prefixes * Sizing.PREFIX;
  }

  /** The ENI that takes all of it, the fullest of those; else the one that takes most. */
  private static boolean better(int room, EniState eni, int bestRoom, EniState best, long wanted) {
    boolean takesAll = room >= wanted;
    if (takesAll != (bestRoom >= wanted)) {
      return takesAll;
    }
    if (!takesAll && room != bestRoom) {
      return room > bestRoom;
    }
    int byAssigned = Integer.compare(eni.all().assigned(), best.all().assigned());
    return byAssigned != 0 ? byAssigned > 0 : eni.facts.deviceNumber() < best.facts.deviceNumber();
  }

  /** CIDRs that may be asked for on this ENI now. */
  static int room(Turn turn, EniState eni) {
    if (!eni.mayGrow(turn.settings.customNetworking())
        || turn.leaving.containsKey(eni.id())
        || assignmentPauses(turn, eni).isAfter(turn.now)) {
      return 0;
    }
    for (var asked : turn.asked.values()) {
      if (asked instanceof Asked.ToAssign(var id, var _, var _, var _) && id.equals(eni.id())) {
        return 0;
      }
    }
    return openSlots(turn, eni);
  }

  static int openSlots(Turn turn, EniState eni) {
    int slots =
        turn.settings.kind() == AddressKind.IPV6_PREFIX
            ? 1
            : turn.limits.map(Limits::slotsPerEni).orElse(0);
    return slots - eni.blocks.size();
  }

  private static AddressKind kindFor(Turn turn, EniState eni) {
    return turn.settings.kind() == AddressKind.IPV4_PREFIX && turn.usable().singlesToo(eni)
        ? AddressKind.SECONDARY_IP
        : turn.settings.kind();
  }

  private static long ramp(Turn turn, Figures figures, long wanted) {
    var last = turn.lastGrowth.get(figures.card());
    boolean oneByOne =
        turn.settings.kind() == AddressKind.SECONDARY_IP
            && turn.settings.targets().ipTargetsDefined();
    if (last == null || !oneByOne || !turn.within(last.at(), RAMP)) {
      return wanted;
    }
    long faster = Math.max(wanted, Math.min(2L * last.count(), RAMP_LIMIT));
    var sizing = Sizing.of(turn, figures);
    long useful =
        sizing.maxPods().isPresent()
            ? sizing.maxPods().getAsInt() - sizing.assigned() - sizing.available()
            : faster;
    return Math.max(wanted, Math.min(faster, useful));
  }

  /** Until when no address is asked for on that ENI in particular. */
  private static Instant assignmentPauses(Turn turn, EniState eni) {
    return Backoffs.until(turn, Ec2Action.ASSIGN, eni.id().value(), eni.facts.subnet().value());
  }

  /** Until when no address is asked for on that ENI; {@link Instant#EPOCH} if some may be now. */
  static Instant assignmentsPause(Turn turn, EniState eni) {
    var all = Backoffs.until(turn, Ec2Action.ASSIGN, "");
    var one = assignmentPauses(turn, eni);
    return all.isAfter(one) ? all : one;
  }
}
