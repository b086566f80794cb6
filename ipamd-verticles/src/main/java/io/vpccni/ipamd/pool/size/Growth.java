package io.vpccni.ipamd.pool.size;

import io.vpccni.ipamd.ec2.Ec2Request.AssignAddresses;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.ask.Backoffs;
import io.vpccni.ipamd.pool.ask.Ec2Action;
import io.vpccni.ipamd.pool.ask.Provisioning;
import io.vpccni.ipamd.pool.ledger.EniState;
import io.vpccni.ipamd.pool.state.Figures;
import io.vpccni.ipamd.pool.state.InFlightRequest;
import io.vpccni.ipamd.pool.state.Transition;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Asks EC2 for what is missing, in the fewest calls. What is in flight counts as if it were there.
 */
public final class Growth {
  /**
   * Growths that follow each other faster than this are a ramp, in which each asks for twice as
   * much as the one before.
   */
  private static final Duration RAMP = Duration.ofSeconds(15);

  /** A ramp never asks for more than this at once. */
  private static final int RAMP_LIMIT = 16;

  /** At most this many ENIs of a card are asked for addresses in one decision. */
  private static final int IN_FLIGHT = 4;

  /**
   * Shortages that appear while EC2 works on a request wait for its answer, though not longer than
   * this.
   */
  private static final Duration GATHER = Duration.ofSeconds(1);

  private Growth() {}

  public static void plan(Transition transition) {
    if (!transition.context.started()
        || Provisioning.obstacle(transition).isPresent()
        || !Provisioning.informed(transition)) {
      return;
    }
    for (int card : transition.cards()) {
      grow(transition, card);
    }
  }

  private static void grow(Transition transition, int card) {
    var waits = gatheringUntil(transition, card);
    int filled = 0;
    while (filled < IN_FLIGHT) {
      switch (step(transition, card, waits)) {
        case ADDRESSES -> filled++;
        case ENI -> {}
        case NOTHING -> {
          return;
        }
      }
    }
  }

  /** This is what one step has asked of EC2. */
  private enum Asked {
    NOTHING,
    ADDRESSES,
    ENI
  }

  /** Returns until when the answer to an earlier request for the card is waited for. */
  private static Instant gatheringUntil(Transition transition, int card) {
    var until = Instant.EPOCH;
    for (var asked : transition.cloud.inFlight().values()) {
      if (asked instanceof InFlightRequest.ToAssign(var id, var _, var _, var since)) {
        var eni = transition.ledger.enis().get(id);
        if (eni != null && eni.card() == card && since.plus(GATHER).isAfter(until)) {
          until = since.plus(GATHER);
        }
      }
    }
    return until;
  }

  /** Asks EC2 once at most; after that there may be more to ask for. */
  private static Asked step(Transition transition, int card, Instant gathering) {
    var figures = transition.figures(card);
    long wanted = wanted(transition, figures);
    if (wanted <= 0) {
      transition.clear(Condition.Name.ENI_LIMIT_REACHED, String.valueOf(card));
      return Asked.NOTHING;
    }
    var best = roomiest(transition, figures, wanted);
    if (best == null) {
      return !roomAfterAnswer(transition, figures) && NewEni.ask(transition, figures, wanted)
          ? Asked.ENI
          : Asked.NOTHING;
    }
    if (gathering.isAfter(transition.now()) && !fills(transition, figures, best)) {
      transition.wake(gathering);
      return Asked.NOTHING;
    }
    if (Backoffs.pauses(transition, Ec2Action.ASSIGN.name(), "")) {
      return Asked.NOTHING;
    }
    assign(transition, figures, wanted, best);
    return Asked.ADDRESSES;
  }

  /** Tells whether pods need all that the ENI can hold: nothing is gained by waiting for more. */
  private static boolean fills(Transition transition, Figures figures, EniState eni) {
    return Sizing.of(transition, figures).missingForPods()
        >= EniRoom.openSlots(transition, eni) * EniRoom.perSlot(transition, eni);
  }

  /**
   * Tells whether EC2 is making or filling an ENI that can hold more, or is taking something from
   * one. Whatever it answers, there will be room, so no other ENI is created unless an ADD waits or
   * the pods that are known need more than that.
   */
  private static boolean roomAfterAnswer(Transition transition, Figures figures) {
    if (transition.calls.queue().isEmpty() && Shrink.isGivingBackPart(transition, figures.card())) {
      return true;
    }
    long room = PendingRoom.addresses(transition, figures.card());
    return room > 0 && room >= Sizing.of(transition, figures).missingForPods();
  }

  private static long wanted(Transition transition, Figures figures) {
    if (HostSubnets.all(transition, figures.card())) {
      return 0;
    }
    if (transition.settings().kind() == AddressKind.IPV6_PREFIX) {
      return hasItsPrefix(transition, figures) ? 0 : 1;
    }
    var sizing = Sizing.of(transition, figures);
    long wanted = sizing.wanted();
    // The pods that already wait are real, whatever the cap says.
    long waiting = sizing.missingForPods();
    long needed = sizing.prefixes() ? Sizing.ceil16(waiting) : waiting;
    if (transition.calls.queue().isEmpty()) {
      return hostTakesAddresses(transition, figures.card()) ? 0 : wanted;
    }
    return hostTakesAddresses(transition, figures.card()) ? needed : Math.max(wanted, needed);
  }

  /**
   * Tells whether a card of an IPv6 node has its prefix, or EC2 is asked for it. One /80 is more
   * than a node can use, so it never gets another.
   */
  static boolean hasItsPrefix(Transition transition, Figures figures) {
    return transition.settings().kind() == AddressKind.IPV6_PREFIX
        && figures.units().all() + figures.inFlight().units() > 0;
  }

  /**
   * Tells whether what is kept ready would be taken by the host. A pod that waits has its address
   * before the host can take it, so that much is still asked for.
   */
  private static boolean hostTakesAddresses(Transition transition, int card) {
    return transition
        .conditions
        .find(Condition.Key.of(Condition.Name.HOST_TAKES_ADDRESSES, String.valueOf(card)))
        .isPresent();
  }

  /** Returns the ENI to ask addresses for, or null if none has room and another one is needed. */
  private static @Nullable EniState roomiest(Transition transition, Figures figures, long wanted) {
    EniState best = null;
    int bestRoom = 0;
    for (var eni : transition.ledger.enis().values()) {
      int room = eni.card() == figures.card() ? EniRoom.room(transition, eni) : 0;
      if (room > 0 && (best == null || better(room, eni, bestRoom, best, wanted))) {
        best = eni;
        bestRoom = room;
      }
    }
    return best;
  }

  private static void assign(Transition transition, Figures figures, long wanted, EniState eni) {
    var kind = EniRoom.kindFor(transition, eni);
    long count =
        kind == transition.settings().kind()
            ? ramp(transition, figures, wanted)
            : Sizing.of(transition, figures).inSingles(wanted);
    int asked = (int) Math.min(count, EniRoom.room(transition, eni));
    transition.askEc2(
        new InFlightRequest.ToAssign(eni.id(), kind, asked, transition.now()),
        new AssignAddresses(eni.id(), kind, asked));
  }

  /**
   * Prefers ENIs that take all of it and of those the fullest; otherwise the one that takes most.
   */
  private static boolean better(int room, EniState eni, int bestRoom, EniState best, long wanted) {
    boolean takesAll = room >= wanted;
    if (takesAll != (bestRoom >= wanted)) {
      return takesAll;
    }
    if (!takesAll && room != bestRoom) {
      return room > bestRoom;
    }
    int byAssigned = Integer.compare(eni.all().assigned(), best.all().assigned());
    return byAssigned != 0
        ? byAssigned > 0
        : eni.facts().deviceNumber() < best.facts().deviceNumber();
  }

  private static long ramp(Transition transition, Figures figures, long wanted) {
    var last = transition.growth.last().get(figures.card());
    boolean oneByOne =
        transition.settings().kind() == AddressKind.SECONDARY_IP
            && transition.settings().targets().ipTargetsDefined();
    if (last == null || !oneByOne || !transition.within(last.at(), RAMP)) {
      return wanted;
    }
    long faster = Math.max(wanted, Math.min(2L * last.count(), RAMP_LIMIT));
    long useful = Sizing.of(transition, figures).useful();
    return Math.max(wanted, Math.min(faster, useful));
  }
}
