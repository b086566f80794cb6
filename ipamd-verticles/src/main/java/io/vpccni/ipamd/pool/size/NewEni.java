package io.vpccni.ipamd.pool.size;

import io.vpccni.ipamd.ec2.Ec2Request.CreateEni;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.Limits;
import io.vpccni.ipamd.pool.ask.Backoffs;
import io.vpccni.ipamd.pool.ask.Ec2Action;
import io.vpccni.ipamd.pool.state.Figures;
import io.vpccni.ipamd.pool.state.InFlightRequest;
import io.vpccni.ipamd.pool.state.Transition;
import java.time.Instant;
import java.util.Optional;

/** Asks EC2 for another ENI where those of a card have no room for what is missing. */
final class NewEni {
  private NewEni() {}

  /** Asks for an ENI unless enough are being made already, and tells whether it did. */
  static boolean ask(Transition transition, Figures figures, long wanted) {
    if (!room(transition, figures)) {
      tellFull(transition, figures);
      return false;
    }
    transition.clear(Condition.Name.ENI_LIMIT_REACHED, String.valueOf(figures.card()));
    if (coveredByRest(transition, figures)
        || pauses(transition, figures.card()).isAfter(transition.now())
        || !mayBeginOne(transition, figures)) {
      return false;
    }
    if (transition.settings().enis().customNetworking() && transition.context.custom().isEmpty()) {
      transition.raise(
          Condition.Name.ENI_CONFIG_MISSING,
          "",
          "NoENIConfig",
          "custom networking is on, but no ENIConfig of the node is known, so no ENI is created");
      return false;
    }
    transition.clear(Condition.Name.ENI_CONFIG_MISSING, "");
    var kind = kind(transition);
    long cidrs =
        kind == transition.settings().kind()
            ? wanted
            : Sizing.of(transition, figures).inSingles(wanted);
    int count = (int) Math.min(cidrs, slots(transition, kind));
    transition.askEc2(
        new InFlightRequest.ToCreate(figures.card(), kind, count, transition.now()),
        new CreateEni(
            figures.card(),
            kind,
            count,
            transition.settings().enis().customNetworking()
                ? transition.context.custom()
                : Optional.empty()));
    return true;
  }

  /**
   * Returns what a new ENI is asked to have: single addresses where a subnet has no prefix left.
   */
  private static AddressKind kind(Transition transition) {
    boolean singles =
        transition.settings().kind() == AddressKind.IPV4_PREFIX
            && !transition.cloud.singles().isEmpty();
    return singles ? AddressKind.SECONDARY_IP : transition.settings().kind();
  }

  static int slots(Transition transition, AddressKind kind) {
    return kind == AddressKind.IPV6_PREFIX
        ? 1
        : transition.context.limits().map(Limits::slotsPerEni).orElse(0);
  }

  /**
   * Returns how many addresses the ENIs could hold that the card does not have yet, besides those
   * that EC2 was asked for together with an ENI.
   *
   * @param gone how many of its ENIs will have left
   */
  static long addresses(Transition transition, int card, int gone) {
    var kind = kind(transition);
    var figures = transition.figures(card);
    int taken = figures.enis().attached() + figures.enis().creating() - gone;
    int enis = Math.max(allowed(transition, figures) - taken, 0);
    return Figures.perBlock(kind) * slots(transition, kind) * enis;
  }

  /**
   * A node whose warm target goes beyond what its instance type allows is an ordinary one: people
   * are told when pods get no address any more.
   */
  private static void tellFull(Transition transition, Figures figures) {
    var card = String.valueOf(figures.card());
    // What EC2 has been asked for counts as there: pods get it in a moment.
    if (figures.tally().free() + figures.tally().cooling() + figures.inFlight().addresses() > 0) {
      transition.clear(Condition.Name.ENI_LIMIT_REACHED, card);
      return;
    }
    // Under custom networking pods get no addresses of the primary ENI, so it is no limit of
    // theirs.
    boolean besides = figures.card() == 0 && transition.settings().enis().customNetworking();
    transition.raise(
        Condition.Name.ENI_LIMIT_REACHED,
        card,
        "NoRoom",
        "network card %d has the %d ENIs that it may have%s, and none of their %d addresses is free"
            .formatted(
                figures.card(),
                allowed(transition, figures) - (besides ? 1 : 0),
                besides ? " besides the primary one" : "",
                figures.tally().assigned()));
  }

  /**
   * Tells whether what rests will be enough by itself, so that no ENI is needed unless somebody
   * waits.
   */
  private static boolean coveredByRest(Transition transition, Figures figures) {
    if (!transition.calls.queue().isEmpty() || figures.tally().cooling() == 0) {
      return false;
    }
    var sizing = Sizing.of(transition, figures);
    int cooling = figures.tally().cooling();
    // As if they were free; the prefixes they lie in are not counted, which only errs to growth.
    var rested =
        new Sizing(
            sizing.total(),
            sizing.assigned(),
            sizing.ready() + cooling,
            sizing.claims(),
            sizing.freeBlocks(),
            sizing.eniAddresses(),
            sizing.prefixes(),
            sizing.targets(),
            sizing.maxPods());
    return !rested.tooLow();
  }

  /**
   * Tells whether an ENI may be created beside those that are being created. What is only kept
   * ready comes one after the other, and so does everything after a failure until a creation
   * succeeds: several would most likely fail like the one.
   */
  private static boolean mayBeginOne(Transition transition, Figures figures) {
    int creating = 0;
    for (var asked : transition.cloud.inFlight().values()) {
      creating += asked instanceof InFlightRequest.ToCreate ? 1 : 0;
    }
    return creating == 0
        || (creating < transition.settings().enis().createdAtOnce()
            && Sizing.of(transition, figures).missingForPods() > 0
            && !Backoffs.remembers(
                transition, Ec2Action.CREATE, "", String.valueOf(figures.card())));
  }

  /**
   * Returns until when no ENI is created on that card, or {@link Instant#EPOCH} if one may be now.
   */
  static Instant pauses(Transition transition, int card) {
    return Backoffs.until(transition, Ec2Action.CREATE, "", String.valueOf(card));
  }

  static boolean room(Transition transition, Figures figures) {
    return figures.enis().attached() + figures.enis().creating() < allowed(transition, figures);
  }

  /** Returns how many ENIs the card may have, without the slot that is kept for a trunk ENI. */
  private static int allowed(Transition transition, Figures figures) {
    int reserve =
        figures.card() == 0
                && transition.settings().enis().reserveTrunk()
                && !figures.enis().trunk()
            ? 1
            : 0;
    return transition.context.limits().map(Limits::enisPerCard).orElse(0) - reserve;
  }
}
