package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.ec2.Ec2Request.FreeEni;
import io.vpccni.ipamd.ec2.Ec2Request.UnassignAddresses;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.rpc.address.Cidr;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/**
 * Gives back what is not wanted, in two phases: marked, so that nobody gets it; then, with the mark
 * on disk and a later list of veths that shows no user, asked of EC2. Until then it can be kept.
 */
final class Shrink {
  /** A surplus that lasts for less is not worth a call: pods come and go. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private Shrink() {}

  /** Marks new victims where a surplus has lasted. */
  static void plan(Turn turn) {
    if (turn.terminating
        || !turn.settings.provisioning()
        || turn.settings.imdsOnly()
        || !Growth.informed(turn)
        || turn.veths.isEmpty()
        || !turn.queue.isEmpty()) {
      return;
    }
    for (int card : turn.cards()) {
      if (busy(turn, card)) {
        continue;
      }
      if (!Victims.any(turn, card)) {
        turn.overSince = turn.overSince.minus(card);
        continue;
      }
      var since = turn.overSince.get(card);
      if (since == null) {
        turn.overSince = turn.overSince.plus(card, turn.now);
        turn.wake(turn.now.plus(PATIENCE));
      } else if (turn.within(since, PATIENCE)) {
        turn.wake(since.plus(PATIENCE));
      } else {
        give(turn, card);
      }
    }
  }

  private static void give(Turn turn, int card) {
    var victims = Victims.choose(turn, card);
    if (victims.isEmpty()) {
      turn.overSince = turn.overSince.minus(card);
      return;
    }
    // What EC2 may not be asked for now would only be missing meanwhile.
    victims.entrySet().removeIf(of -> pauses(turn, of.getKey(), of.getValue().isEmpty()));
    if (victims.isEmpty()) {
      return;
    }
    victims.forEach((eni, cidrs) -> mark(turn, eni, cidrs, false));
    Veths.ask(turn);
  }

  private static boolean busy(Turn turn, int card) {
    for (var id : turn.leaving.keySet()) {
      var eni = turn.enis.get(id);
      if (eni != null && eni.card() == card) {
        return true;
      }
    }
    for (var asked : turn.asked.values()) {
      if (asked instanceof Asked.ToAssign || asked instanceof Asked.ToCreate) {
        return true;
      }
    }
    return false;
  }

  /**
   * First phase.
   *
   * @param cidrs empty: the whole ENI
   * @param doubtful EC2 may have taken it already
   */
  static void mark(Turn turn, EniId id, List<Cidr> cidrs, boolean doubtful) {
    var eni = turn.enis.get(id);
    if (eni == null) {
      return;
    }
    turn.touch();
    turn.leaving =
        turn.leaving.plus(id, new Leaving(cidrs, turn.now, turn.version, false, doubtful));
    turn.put(in(eni, cidrs, Phase.LEAVING));
  }

  private static EniState in(EniState eni, List<Cidr> cidrs, Phase phase) {
    if (cidrs.isEmpty()) {
      return eni.in(phase);
    }
    var changed = eni;
    for (var cidr : cidrs) {
      var block = changed.blocks.get(cidr);
      if (block != null) {
        changed = changed.with(block.in(phase));
      }
    }
    return changed;
  }

  /** Second phase, as soon as it is safe. */
  static void proceed(Turn turn) {
    for (var entry : turn.leaving.entrySet()) {
      if (entry.getValue().asked()) {
        continue;
      }
      var eni = turn.enis.get(entry.getKey());
      var leaving = eni == null ? null : trim(eni, entry.getValue());
      if (eni == null || leaving == null) {
        turn.leaving = turn.leaving.minus(entry.getKey());
        continue;
      }
      boolean used =
          leaving.wholeEni()
              ? eni.all().inUse() > 0
              : leaving.cidrs().stream().anyMatch(cidr -> inUse(eni, cidr));
      if (leaving.revocable() && (used || wantedAgain(turn, eni, leaving))) {
        keep(turn, eni.id());
      } else if (!used && safe(turn, leaving) && !pauses(turn, eni.id(), leaving.wholeEni())) {
        ask(turn, eni.id(), leaving);
      }
    }
    Grant.serve(turn); // what was kept may serve those who wait
  }

  private static boolean inUse(EniState eni, Cidr cidr) {
    var block = eni.blocks.get(cidr);
    return block != null && !block.unused();
  }

  /** Somebody waits whom it would serve, or the pool is too low without it. */
  private static boolean wantedAgain(Turn turn, EniState eni, Leaving leaving) {
    boolean wanted = !turn.queue.isEmpty() || Sizing.of(turn, turn.figures(eni.card())).tooLow();
    var tally = turn.usable().of(eni);
    return wanted
        && !eni.facts.excluded()
        && (leaving.wholeEni() ? tally.free() : tally.leaving()) > 0;
  }

  /**
   * Without the CIDRs that are gone by themselves.
   *
   * @return null if nothing is left to give back
   */
  private static @Nullable Leaving trim(EniState eni, Leaving leaving) {
    if (leaving.wholeEni()) {
      return leaving;
    }
    var rest = leaving.cidrs().stream().filter(eni.blocks::containsKey).toList();
    return rest.isEmpty() ? null : leaving.only(rest);
  }

  private static boolean safe(Turn turn, Leaving leaving) {
    return turn.settings.provisioning()
        && turn.savedVersion >= leaving.version()
        && turn.veths.filter(view -> !view.askedAt().isBefore(leaving.marked())).isPresent();
  }

  private static boolean pauses(Turn turn, EniId eni, boolean whole) {
    var action = (whole ? Ec2Action.FREE : Ec2Action.UNASSIGN).name();
    return Backoffs.pauses(turn, action, "") || Backoffs.pauses(turn, action, eni.value());
  }

  /**
   * Whether EC2 has been asked, or will be within a minute, to take back some but not all of an ENI
   * of that card. What has to wait for longer must not keep the pool from growing.
   */
  static boolean isGivingBackPart(Turn turn, int card) {
    for (var entry : turn.leaving.entrySet()) {
      var eni = turn.enis.get(entry.getKey());
      if (eni != null && eni.card() == card && isGivingBackPart(turn, eni, entry.getValue())) {
        return true;
      }
    }
    return false;
  }

  private static boolean isGivingBackPart(Turn turn, EniState eni, Leaving leaving) {
    var until = Backoffs.until(turn, Ec2Action.UNASSIGN, "", eni.id().value());
    return !leaving.wholeEni()
        && (leaving.asked()
            || (!until.isAfter(turn.now.plus(Backoffs.LONGEST_PASSING))
                && leaving.cidrs().stream().noneMatch(cidr -> inUse(eni, cidr))));
  }

  private static void ask(Turn turn, EniId id, Leaving leaving) {
    turn.leaving = turn.leaving.plus(id, leaving.asked(true));
    if (leaving.wholeEni()) {
      turn.askEc2(new Asked.ToFree(id, turn.now), new FreeEni(id));
    } else {
      turn.askEc2(
          new Asked.ToUnassign(id, leaving.cidrs(), turn.now),
          new UnassignAddresses(id, leaving.cidrs()));
    }
  }

  /** Takes back a mark, unless EC2 was asked already. */
  static void keep(Turn turn, EniId id) {
    var leaving = turn.leaving.get(id);
    if (leaving == null || !leaving.revocable()) {
      return;
    }
    turn.leaving = turn.leaving.minus(id);
    var eni = turn.enis.get(id);
    if (eni != null) {
      turn.put(in(eni, leaving.cidrs(), Phase.LIVE));
    }
    turn.touch();
  }

  static void keepUnasked(Turn turn) {
    turn.leaving.keySet().forEach(id -> keep(turn, id));
    turn.overSince = TreePMap.empty();
  }

  static void done(Turn turn, EniId id) {
    turn.leaving = turn.leaving.minus(id);
  }

  /** Nothing happened: it is ours as before. Unclear: the mark stays, and EC2 is asked again. */
  static void failed(Turn turn, EniId id, Failed failed) {
    var leaving = turn.leaving.get(id);
    if (leaving == null) {
      return;
    }
    boolean unclear = leaving.doubtful() || Ec2Answers.unclear(failed.kind());
    turn.leaving =
        turn.leaving.plus(id, unclear ? leaving.retried(turn.now) : leaving.asked(false));
    keep(turn, id);
  }
}
