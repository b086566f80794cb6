package io.vpccni.ipamd.pool.size;

import io.vpccni.ipamd.pool.ask.Backoffs;
import io.vpccni.ipamd.pool.ask.Ec2Action;
import io.vpccni.ipamd.pool.ask.Provisioning;
import io.vpccni.ipamd.pool.ledger.EniState;
import io.vpccni.ipamd.pool.ledger.Resting;
import io.vpccni.ipamd.pool.state.Figures;
import io.vpccni.ipamd.pool.state.InFlightRequest;
import io.vpccni.ipamd.pool.state.Transition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Foresees how many addresses become free, and when. They come of requests that EC2 has not
 * answered, of ENIs whose link is still to come, of the rest of a cooldown, and of what EC2 can be
 * asked for, also in the place of what it is taking back. Nobody knows how fast EC2 answers, so
 * what it may be asked for now counts as there.
 */
final class AddressForecast {
  /** Before the pool knows what EC2 has, it may turn out to have any number of addresses. */
  private static final long ANY_NUMBER = Integer.MAX_VALUE;

  private final Transition transition;
  private final long enough;
  private final List<AddressArrival> later = new ArrayList<>();
  private long soon;
  private Instant growth = Instant.MAX;

  private AddressForecast(Transition transition, long enough) {
    this.transition = transition;
    this.enough = enough;
  }

  static AddressForecast of(Transition transition) {
    return of(transition, Long.MAX_VALUE);
  }

  /** Looks no further than to find that {@code enough} addresses need no time but EC2's. */
  static AddressForecast of(Transition transition, long enough) {
    var forecast = new AddressForecast(transition, enough);
    forecast.requests();
    forecast.growth();
    forecast.rest();
    forecast.later.sort(Comparator.comparing(AddressArrival::at));
    return forecast;
  }

  /** Returns how many addresses need no time but EC2's and that of a link. */
  long soon() {
    return soon;
  }

  /** Returns what comes later, in the order of time. */
  List<AddressArrival> later() {
    return later;
  }

  /** Returns how many addresses come until then. */
  long until(Instant deadline) {
    long addresses = soon;
    for (var arrival : later) {
      if (!arrival.at().isAfter(deadline)) addresses += arrival.addresses();
    }
    return addresses;
  }

  /**
   * Returns the earliest time at which EC2 may be asked for more, or {@link Instant#MAX} if it
   * never may.
   */
  Instant growthAt() {
    return growth;
  }

  private void comes(Instant at, long addresses) {
    if (transition.passed(at)) {
      soon += addresses;
    } else {
      later.add(new AddressArrival(at, addresses));
    }
  }

  /**
   * Counts what the node can grow by as it is. What only a reclaim makes room for {@link #comes}: a
   * node that is full does not wait for EC2, even if EC2 will not take something back.
   */
  private void grows(Instant at, long addresses) {
    growth = at.isBefore(growth) ? at : growth;
    comes(at, addresses);
  }

  /** Counts what is on its way, and what waits for the link of its ENI. */
  private void requests() {
    for (int card : transition.cards()) {
      soon += transition.figures(card).inFlight().addresses();
    }
    var usable = transition.usable();
    for (var eni : transition.ledger.enis().values()) {
      if (eni.counts() && !eni.linked()) {
        soon += usable.of(eni).free();
      }
    }
  }

  /** Counts what will have rested before the last of those who wait gives up. */
  private void rest() {
    var until = transition.now().plus(transition.settings().waiting().longest());
    for (var rest : transition.ledger.resting()) {
      if (soon >= enough || rest.until().isAfter(until)) return;
      if (usable(transition, rest)) comes(rest.until(), 1);
    }
  }

  /** Tells whether a new pod may have the address once it has rested. */
  static boolean usable(Transition transition, Resting rest) {
    var eni = transition.ledger.enis().get(rest.eni());
    return eni != null
        && eni.counts()
        && eni.blockOf(rest.ip()).filter(block -> transition.usable().has(eni, block)).isPresent();
  }

  private void growth() {
    if (Provisioning.obstacle(transition).isPresent() || transition.context.limits().isEmpty()) {
      return;
    }
    if (!Provisioning.informed(transition)) {
      grows(Backoffs.until(transition, Ec2Action.DESCRIBE, ""), ANY_NUMBER);
      return;
    }
    var cards =
        transition.cards().stream()
            .filter(card -> !Growth.hasItsPrefix(transition, transition.figures(card)))
            .toList();
    for (var eni : transition.ledger.enis().values()) {
      if (soon >= enough) return;
      if (cards.contains(eni.card())) onEni(eni);
    }
    for (int card : cards) {
      if (soon >= enough) return;
      byNewEnis(card);
    }
    if (soon < enough) {
      FormerMode.slots(transition).forEach(slots -> comes(slots.at(), slots.addresses()));
    }
  }

  private void onEni(EniState eni) {
    if (!eni.mayGrow(transition.settings().enis().customNetworking())
        || HostSubnets.blockAround(transition, eni).isPresent()) {
      return;
    }
    var reclaim = transition.ledger.reclaims().get(eni.id());
    var given =
        reclaim == null ? Instant.EPOCH : PendingReclaims.askedAt(transition, eni.id(), reclaim);
    var at = later(EniRoom.assignmentsPause(transition, eni), given);
    long perSlot = EniRoom.perSlot(transition, eni);
    int open = EniRoom.openSlots(transition, eni) - asked(eni);
    if (open > 0) grows(at, open * perSlot);
    int leaving = PendingReclaims.slots(transition, eni);
    if (leaving > 0) comes(at, leaving * perSlot);
  }

  private int asked(EniState eni) {
    int asked = 0;
    for (var request : transition.cloud.inFlight().values()) {
      if (request instanceof InFlightRequest.ToAssign(var id, var _, var count, var _)
          && id.equals(eni.id())) {
        asked += count;
      }
    }
    return asked;
  }

  private void byNewEnis(int card) {
    for (var request : transition.cloud.inFlight().values()) {
      if (request instanceof InFlightRequest.ToCreate(var onto, var kind, var count, var _)
          && onto == card) {
        comes(
            Backoffs.until(transition, Ec2Action.ASSIGN, ""),
            (NewEni.slots(transition, kind) - count) * Figures.perBlock(kind));
      }
    }
    if ((transition.settings().enis().customNetworking() && transition.context.custom().isEmpty())
        || HostSubnets.all(transition, card)) {
      return;
    }
    long addresses = NewEni.addresses(transition, card, 0);
    if (addresses > 0) grows(newEniAt(card), addresses);
    int gone = 0;
    for (var asked : PendingReclaims.enis(transition, card)) {
      long more = NewEni.addresses(transition, card, ++gone);
      if (more > addresses) comes(later(newEniAt(card), asked), more - addresses);
      addresses = more;
    }
  }

  private Instant newEniAt(int card) {
    var pause = NewEni.pauses(transition, card);
    return roomOnEnis(card)
        ? later(pause, Backoffs.until(transition, Ec2Action.ASSIGN, ""))
        : pause;
  }

  /**
   * Tells whether an ENI of the card has room. Then no other is created, even if requests for all
   * of them pause.
   */
  private boolean roomOnEnis(int card) {
    return transition.ledger.enis().values().stream()
        .anyMatch(eni -> eni.card() == card && EniRoom.room(transition, eni) > 0);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
