package io.vpccni.ipamd.pool.size;

import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.ec2.Ec2Request.FreeEni;
import io.vpccni.ipamd.ec2.Ec2Request.UnassignAddresses;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pool.ask.Backoffs;
import io.vpccni.ipamd.pool.ask.Dataplane;
import io.vpccni.ipamd.pool.ask.Ec2Action;
import io.vpccni.ipamd.pool.ask.Provisioning;
import io.vpccni.ipamd.pool.calls.Grant;
import io.vpccni.ipamd.pool.ledger.BlockState;
import io.vpccni.ipamd.pool.ledger.EniState;
import io.vpccni.ipamd.pool.ledger.Reclaim;
import io.vpccni.ipamd.pool.state.InFlightRequest;
import io.vpccni.ipamd.pool.state.Transition;
import io.vpccni.rpc.address.Cidr;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gives back what is not wanted, in two phases. It is marked first, so that nobody gets it. EC2 is
 * asked when the mark is on disk and a later list of veths shows no user. Until then it can be
 * kept.
 */
public final class Shrink {
  /** A surplus must last this long to be worth a call, since pods come and go. */
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  private Shrink() {}

  /** Marks what can be given back where a surplus has lasted. */
  public static void plan(Transition transition) {
    if (transition.context.terminating()
        || !transition.settings().ec2().mayChange()
        || !Provisioning.informed(transition)
        || transition.links.veths().isEmpty()) {
      return;
    }
    for (int card : transition.cards()) {
      if (busy(transition, card)) {
        continue;
      }
      var blocking = FormerMode.blocking(transition, card);
      if (!blocking.isEmpty()) {
        // No patience: while they are there, the node has no address for a new pod.
        give(transition, blocking);
        continue;
      }
      if (!transition.calls.queue().isEmpty()) {
        continue;
      }
      if (!ReclaimCandidates.any(transition, card)) {
        transition.growth = transition.growth.noSurplus(card);
        continue;
      }
      var since = transition.growth.surplusSince().get(card);
      if (since == null) {
        transition.growth = transition.growth.surplus(card, transition.now());
        transition.wake(transition.now().plus(PATIENCE));
      } else if (transition.within(since, PATIENCE)) {
        transition.wake(since.plus(PATIENCE));
      } else {
        give(transition, card);
      }
    }
  }

  private static void give(Transition transition, int card) {
    var candidates = ReclaimCandidates.choose(transition, card);
    if (candidates.isEmpty()) {
      transition.growth = transition.growth.noSurplus(card);
      return;
    }
    give(transition, candidates);
  }

  private static void give(Transition transition, Map<EniId, List<Cidr>> candidates) {
    // What EC2 may not be asked for now would only be missing meanwhile.
    candidates.entrySet().removeIf(of -> pauses(transition, of.getKey(), of.getValue().isEmpty()));
    if (candidates.isEmpty()) {
      return;
    }
    candidates.forEach((eni, cidrs) -> mark(transition, eni, cidrs, false));
    Dataplane.listVeths(transition);
  }

  private static boolean busy(Transition transition, int card) {
    for (var id : transition.ledger.reclaims().keySet()) {
      var eni = transition.ledger.enis().get(id);
      if (eni != null && eni.card() == card) {
        return true;
      }
    }
    for (var asked : transition.cloud.inFlight().values()) {
      if (asked instanceof InFlightRequest.ToAssign || asked instanceof InFlightRequest.ToCreate) {
        return true;
      }
    }
    return false;
  }

  /**
   * Marks CIDRs of an ENI, which is the first phase.
   *
   * @param cidrs empty: the whole ENI
   * @param doubtful EC2 may have taken it already
   */
  public static void mark(Transition transition, EniId id, List<Cidr> cidrs, boolean doubtful) {
    var eni = transition.ledger.enis().get(id);
    if (eni == null) {
      return;
    }
    transition.touch();
    transition.ledger =
        transition.ledger.reclaim(
            id, new Reclaim(cidrs, transition.now(), transition.disk.version(), false, doubtful));
    transition.ledger = transition.ledger.put(in(eni, cidrs, BlockState.LEAVING));
  }

  private static EniState in(EniState eni, List<Cidr> cidrs, BlockState phase) {
    return cidrs.isEmpty() ? eni.in(phase) : eni.in(phase, cidrs);
  }

  /** Asks EC2 to take what is marked as soon as that is safe, which is the second phase. */
  public static void proceed(Transition transition) {
    for (var entry : transition.ledger.reclaims().entrySet()) {
      if (entry.getValue().asked()) {
        continue;
      }
      var eni = transition.ledger.enis().get(entry.getKey());
      var leaving = eni == null ? null : trim(eni, entry.getValue());
      if (eni == null || leaving == null) {
        transition.ledger = transition.ledger.endReclaim(entry.getKey());
        continue;
      }
      // The sums answer for most ENIs, which spares a look at each address.
      boolean used =
          eni.all().inUse() > 0
              && (leaving.wholeEni()
                  || leaving.cidrs().stream().anyMatch(cidr -> inUse(eni, cidr)));
      if (leaving.revocable() && (used || wantedAgain(transition, eni, leaving))) {
        keep(transition, eni.id());
      } else if (!used
          && safe(transition, leaving)
          && !pauses(transition, eni.id(), leaving.wholeEni())) {
        ask(transition, eni.id(), leaving);
      }
    }
    Grant.serve(transition); // what was kept may serve those who wait
  }

  private static boolean inUse(EniState eni, Cidr cidr) {
    var block = eni.blocks().get(cidr);
    return block != null && !block.unused();
  }

  /**
   * Tells whether somebody waits whom it would serve, or whether the pool is too low without it.
   */
  private static boolean wantedAgain(Transition transition, EniState eni, Reclaim leaving) {
    boolean wanted =
        !transition.calls.queue().isEmpty()
            || Sizing.of(transition, transition.figures(eni.card())).tooLow();
    var tally = transition.usable().of(eni);
    return wanted
        && !eni.facts().excluded()
        && (leaving.wholeEni() ? tally.free() : tally.leaving()) > 0;
  }

  /**
   * Returns the reclaim without the CIDRs that are gone by themselves.
   *
   * @return null if nothing is left to give back
   */
  private static @Nullable Reclaim trim(EniState eni, Reclaim leaving) {
    if (leaving.wholeEni()) {
      return leaving;
    }
    var rest = leaving.cidrs().stream().filter(eni.blocks()::containsKey).toList();
    if (rest.size() == leaving.cidrs().size()) {
      return leaving;
    }
    return rest.isEmpty() ? null : leaving.only(rest);
  }

  private static boolean safe(Transition transition, Reclaim leaving) {
    return transition.settings().ec2().provisioning()
        && transition.disk.savedVersion() >= leaving.version()
        && transition
            .links
            .veths()
            .filter(view -> !view.askedAt().isBefore(leaving.marked()))
            .isPresent();
  }

  private static boolean pauses(Transition transition, EniId eni, boolean whole) {
    var action = (whole ? Ec2Action.FREE : Ec2Action.UNASSIGN).name();
    return Backoffs.pauses(transition, action, "")
        || Backoffs.pauses(transition, action, eni.value());
  }

  /**
   * Tells whether EC2 has been asked, or will be within a minute, to take back some but not all of
   * an ENI of that card. What has to wait longer must not keep the pool from growing.
   */
  static boolean isGivingBackPart(Transition transition, int card) {
    for (var entry : transition.ledger.reclaims().entrySet()) {
      var eni = transition.ledger.enis().get(entry.getKey());
      if (eni != null
          && eni.card() == card
          && isGivingBackPart(transition, eni, entry.getValue())) {
        return true;
      }
    }
    return false;
  }

  private static boolean isGivingBackPart(Transition transition, EniState eni, Reclaim leaving) {
    var until = Backoffs.until(transition, Ec2Action.UNASSIGN, "", eni.id().value());
    return !leaving.wholeEni()
        && (leaving.asked()
            || (!until.isAfter(transition.now().plus(Backoffs.LONGEST_PASSING))
                && leaving.cidrs().stream().noneMatch(cidr -> inUse(eni, cidr))));
  }

  private static void ask(Transition transition, EniId id, Reclaim leaving) {
    transition.ledger = transition.ledger.reclaim(id, leaving.asked(true));
    if (leaving.wholeEni()) {
      transition.askEc2(new InFlightRequest.ToFree(id, transition.now()), new FreeEni(id));
    } else {
      transition.askEc2(
          new InFlightRequest.ToUnassign(id, leaving.cidrs(), transition.now()),
          new UnassignAddresses(id, leaving.cidrs()));
    }
  }

  /** Takes back a mark, unless EC2 was asked already. */
  public static void keep(Transition transition, EniId id) {
    var leaving = transition.ledger.reclaims().get(id);
    if (leaving == null || !leaving.revocable()) {
      return;
    }
    transition.ledger = transition.ledger.endReclaim(id);
    var eni = transition.ledger.enis().get(id);
    if (eni != null) {
      transition.ledger = transition.ledger.put(in(eni, leaving.cidrs(), BlockState.LIVE));
    }
    transition.touch();
  }

  public static void keepUnasked(Transition transition) {
    transition.ledger.reclaims().keySet().forEach(id -> keep(transition, id));
    transition.growth = transition.growth.noSurplus();
  }

  public static void done(Transition transition, EniId id) {
    transition.ledger = transition.ledger.endReclaim(id);
  }

  /**
   * Takes in that EC2 failed. If nothing happened over there, it is ours as before; if that is
   * unclear, the mark stays and EC2 is asked again.
   */
  public static void failed(Transition transition, EniId id, Failed failed) {
    var leaving = transition.ledger.reclaims().get(id);
    if (leaving == null) {
      return;
    }
    boolean unclear = leaving.doubtful() || failed.kind().unclear();
    transition.ledger =
        transition.ledger.reclaim(
            id, unclear ? leaving.retried(transition.now()) : leaving.asked(false));
    keep(transition, id);
  }
}
