package io.vpccni.ipamd.pool.size;

import io.vpccni.ipamd.pool.AssignReply.Reason;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.ask.Backoffs;
import io.vpccni.ipamd.pool.ask.Ec2Action;
import io.vpccni.ipamd.pool.ask.Provisioning;
import io.vpccni.ipamd.pool.calls.Answers;
import io.vpccni.ipamd.pool.ledger.Block;
import io.vpccni.ipamd.pool.ledger.EniState;
import io.vpccni.ipamd.pool.state.PoolState;
import io.vpccni.ipamd.pool.state.Totals;
import io.vpccni.ipamd.pool.state.Transition;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides whether an ADD may wait. A caller that would wait in vain is told at once, so that it can
 * retry.
 */
public final class AddAdmission {
  private AddAdmission() {}

  public static void refuseHopeless(Transition transition) {
    clearIfFree(transition);
    if (transition.calls.queue().isEmpty()) {
      return;
    }
    // Before the first lists have arrived nobody knows whether an address can be had.
    if (transition.links.veths().isEmpty() || !knowing(transition)) {
      return;
    }
    var hopeless = hopeless(transition);
    if (hopeless.isEmpty()) {
      return;
    }
    var why = why(transition);
    var outlook = outlook(transition);
    for (var key : hopeless) {
      var waiter = transition.calls.queue().get(key);
      if (waiter != null) {
        transition.calls = transition.calls.dequeue(key);
        Answers.refuse(transition, waiter.call(), Reason.NO_ADDRESS, why + outlook);
      }
    }
    transition.raise(Condition.Name.NO_ADDRESS_AVAILABLE, "", "NothingFree", why);
  }

  /** Returns the places in the queue of those whose time ends before anything can come for them. */
  private static List<Long> hopeless(Transition transition) {
    int waiting = transition.calls.queue().size();
    var forecast = AddressForecast.of(transition, waiting);
    if (forecast.soon() >= waiting) {
      return List.of();
    }
    var hopeless = new ArrayList<Long>();
    var later = new ArrayDeque<>(forecast.later());
    long unclaimed = forecast.soon();
    // First come, first served, and deadlines only grow.
    for (var entry : transition.calls.queue().entrySet()) {
      var deadline = entry.getValue().deadline();
      while (!later.isEmpty() && !later.element().at().isAfter(deadline)) {
        unclaimed += later.remove().addresses();
      }
      if (unclaimed <= 0) {
        hopeless.add(entry.getKey());
      } else if (!entry.getValue().everyCard()) {
        unclaimed--; // one of each card may never come together, so that others are served before
      }
    }
    return hopeless;
  }

  /** Clears the condition as soon as an ADD would be served. */
  private static void clearIfFree(Transition transition) {
    var key = Condition.Key.of(Condition.Name.NO_ADDRESS_AVAILABLE, "");
    if (transition.conditions.has(key) && anyFree(transition)) {
      transition.conditions = transition.conditions.clear(key);
    }
  }

  /**
   * Returns why an ADD that came now would be refused, if EC2 is the reason.
   *
   * <p>A node whose pods have all that it can hold, or may hold by its settings, is no such case:
   * that is how a healthy node ends up, and kubelet gives up a whole node, and after minutes its
   * pods, whose runtime says that no pod can be added.
   */
  public static Optional<String> refusal(PoolState state) {
    var transition = new Transition(state, state.clocks().now());
    if (!knowing(transition) || anyFree(transition)) {
      return Optional.empty();
    }
    var deadline = transition.now().plus(transition.settings().waiting().longest());
    var forecast = AddressForecast.of(transition);
    boolean paused =
        forecast.growthAt().isAfter(deadline) && forecast.growthAt().isBefore(Instant.MAX);
    return paused && transition.calls.queue().size() >= forecast.until(deadline)
        ? Optional.of(why(transition) + " (" + Totals.of(transition) + ")")
        : Optional.empty();
  }

  private static boolean anyFree(Transition transition) {
    return transition.cards().stream()
        .anyMatch(card -> transition.figures(card).tally().free() > 0);
  }

  private static String why(Transition transition) {
    var reason =
        Provisioning.obstacle(transition)
            .or(() -> unroutable(transition))
            .or(() -> onHost(transition))
            .or(() -> prefixOnHost(transition));
    return "no address is free, and none can be had in time"
        + reason.map(text -> ": " + text).orElse("");
  }

  /** Names an ENI whose addresses nobody can get because it cannot be set up. */
  private static Optional<String> unroutable(Transition transition) {
    return transition.ledger.enis().values().stream()
        .filter(EniState::lacksBlock)
        .findFirst()
        .map(
            eni ->
                eni.id()
                    + " cannot be set up, since the address block of its subnet "
                    + eni.facts().subnet()
                    + " is not known");
  }

  /** Names a local route that takes all that EC2 could assign to a card. */
  private static Optional<String> onHost(Transition transition) {
    return transition.ledger.enis().values().stream()
        .filter(eni -> HostSubnets.all(transition, eni.card()))
        .flatMap(eni -> HostSubnets.blockAround(transition, eni).stream())
        .findFirst()
        .map(
            block ->
                "a local route gives %s, with the subnet, to link %s of the node"
                    .formatted(block.cidr(), block.link()));
  }

  /** Names a local route that takes all of a prefix, of which an IPv6 node has only one. */
  private static Optional<String> prefixOnHost(Transition transition) {
    return transition.ledger.enis().values().stream()
        .flatMap(eni -> eni.blocks().values().stream())
        .map(Block::cidr)
        .filter(prefix -> !prefix.single())
        .flatMap(
            prefix ->
                transition.links.veths().flatMap(list -> list.blockAround(prefix)).stream()
                    .map(
                        block ->
                            "a local route gives %s to link %s of the node, and with it all of the prefix %s: remove the route"
                                .formatted(block.cidr(), block.link(), prefix)))
        .findFirst();
  }

  /**
   * Says when an address becomes free, as far as that is known, for a person who reads a refusal.
   * It is no part of a condition, whose text must not change each second.
   */
  public static String outlook(Transition transition) {
    var outlook = new StringBuilder();
    transition.ledger.resting().stream()
        .filter(rest -> AddressForecast.usable(transition, rest))
        .findFirst()
        .ifPresent(
            rest ->
                outlook
                    .append("; the next address that cools down is free in ")
                    .append(transition.secondsUntil(rest.until())));
    var growth = AddressForecast.of(transition).growthAt();
    if (growth.isAfter(transition.now()) && growth.isBefore(Instant.MAX)) {
      outlook.append("; EC2 is asked for more in ").append(transition.secondsUntil(growth));
    }
    return outlook
        .append(PendingReclaims.outlook(transition))
        .append(FormerMode.outlook(transition))
        .toString();
  }

  private static boolean knowing(Transition transition) {
    if (Provisioning.obstacle(transition).isPresent()) {
      return transition.cloud.described() || !transition.ledger.enis().isEmpty();
    }
    // EC2's state is about to be read again: what it shows may help.
    boolean reading =
        transition.cloud.doubt().isPresent()
            && !Backoffs.pauses(transition, Ec2Action.DESCRIBE.name(), "");
    return transition.cloud.described() && !reading && transition.context.limits().isPresent();
  }
}
