package io.vpccni.ipamd.pool.truth;

import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.Durable.Agent;
import io.vpccni.ipamd.pool.Durable.SavedEni;
import io.vpccni.ipamd.pool.ask.Ec2Action;
import io.vpccni.ipamd.pool.ledger.AddressState;
import io.vpccni.ipamd.pool.ledger.Block;
import io.vpccni.ipamd.pool.ledger.EniState;
import io.vpccni.ipamd.pool.ledger.Resting;
import io.vpccni.ipamd.pool.size.Shrink;
import io.vpccni.ipamd.pool.state.Backoff;
import io.vpccni.ipamd.pool.state.Inheritance;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.pool.state.Transition;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Takes over what the previous process wrote down. */
public final class Restore {
  /** A request to EC2 that was sent is carried out within this time, or never. */
  private static final Duration UNDER_WAY = Duration.ofSeconds(15);

  private Restore() {}

  public static void from(Transition transition, PoolEvent.CheckpointLoaded loaded) {
    if (transition.context.started()) {
      return;
    }
    transition.context = transition.context.start();
    loaded
        .unreadable()
        .ifPresent(
            why ->
                transition.raise(
                    Condition.Name.CHECKPOINT_UNREADABLE,
                    "",
                    "Unreadable",
                    why + "; kept aside, the pool is rebuilt from EC2 and the links on this node"));
    var durable = loaded.durable();
    if (ForeignCheckpoint.is(transition, durable)) {
      ForeignCheckpoint.leaveOut(transition, durable, loaded.givenHere());
      return;
    }
    boolean identified = transition.context.facts().isPresent();
    durable.agent().ifPresent(agent -> agent(transition, agent));
    // The newest entry of two for one address is the one whose pod was wired last.
    durable.holdings().stream()
        .sorted(Comparator.comparing(Holding::assignedAt).reversed())
        .forEach(holding -> hold(transition, holding));
    durable.agent().ifPresent(agent -> uses(transition, agent));
    if (!identified) {
      var inherited = new HashSet<>(transition.ledger.holdings().keySet());
      inherited.removeAll(loaded.givenHere());
      transition.context =
          transition.context.inherit(
              new Inheritance(inherited, transition.links.pendingDeletions()));
    }
  }

  private static void agent(Transition transition, Agent agent) {
    if (transition.context.facts().isEmpty()) {
      agent.facts().ifPresent(facts -> transition.context = transition.context.withFacts(facts));
    }
    if (transition.context.limits().isEmpty()) {
      agent
          .limits()
          .ifPresent(limits -> transition.context = transition.context.withLimits(limits));
    }
    transition.links = transition.links.promised(agent.pendingVeths());
    var stale = transition.now().plus(Block.GRACE);
    transition.ledger =
        transition.ledger.gone(
            lasting(transition, stale, agent.goneCidrs()),
            lasting(transition, stale, agent.goneEnis()));
    agent.enis().forEach(saved -> eni(transition, saved));
  }

  /**
   * Bounds a time of the file. After a reboot the dates in it are compared with a wall clock that
   * may have been set meanwhile: nothing has happened in the future, and nothing rests, or counts
   * as new, for longer than it should.
   */
  private static Instant earlier(Instant bound, Instant saved) {
    return saved.isBefore(bound) ? saved : bound;
  }

  /** Returns what is not over yet; nothing lasts longer than until the bound. */
  private static <K> Map<K, Instant> lasting(
      Transition transition, Instant bound, Map<K, Instant> saved) {
    return saved.entrySet().stream()
        .filter(entry -> entry.getValue().isAfter(transition.now()))
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> earlier(bound, entry.getValue())));
  }

  private static void eni(Transition transition, SavedEni saved) {
    var eni =
        EniState.fresh(saved.eni(), transition.now())
            .linked(saved.eni().primary(), saved.routeTable());
    transition.ledger = transition.ledger.put(eni);
    for (var cidr : saved.eni().cidrs()) {
      // Somebody's editor may have written it twice, or what EC2 does not give.
      if (Block.possible(cidr) && transition.ledger.owner(cidr).isEmpty()) {
        // Old enough that a describe may prove it gone, unless it was new when it was written.
        var since = earlier(transition.now(), saved.young().getOrDefault(cidr, Instant.EPOCH));
        transition.ledger =
            transition.ledger.add(
                transition.ledger.enis().getOrDefault(eni.id(), eni), Block.fresh(cidr, since));
      }
    }
    // EC2 may or may not have been asked: asking again is harmless, giving them away is not.
    if (saved.freeing()) {
      Shrink.mark(transition, eni.id(), List.of(), true);
    } else if (!saved.releasing().isEmpty()) {
      Shrink.mark(transition, eni.id(), List.copyOf(saved.releasing()), true);
      awaitFormerRequest(transition, eni.id());
    }
  }

  /**
   * Waits until a request of the previous process has arrived. If EC2 took the addresses at our
   * request first, it could give us one of them anew, and that late request would take it from a
   * pod. An ENI never comes back, so one that is freed as a whole needs no pause.
   */
  private static void awaitFormerRequest(Transition transition, EniId eni) {
    transition.cloud =
        transition.cloud.pause(
            new Backoff.Key(Ec2Action.UNASSIGN.name(), eni.value()),
            new Backoff(transition.now().plus(UNDER_WAY), 0, Instant.EPOCH));
  }

  private static void hold(Transition transition, Holding holding) {
    var taken = holding.addresses().stream().filter(held -> taken(transition, held.ip())).toList();
    if (!taken.isEmpty() || transition.ledger.holdings().containsKey(holding.attachment())) {
      transition.raise(
          Condition.Name.CHECKPOINT_UNREADABLE,
          holding.pod().toString(),
          "Duplicate",
          "two entries for "
              + (taken.isEmpty() ? holding.attachment() : taken.getFirst().ip())
              + ": the newer one was kept");
      return;
    }
    transition.ledger =
        transition.ledger.hold(
            holding.withAssignedAt(earlier(transition.now(), holding.assignedAt())));
    for (var held : holding.addresses()) {
      transition.ledger = transition.ledger.unplace(held.ip(), holding.attachment());
    }
    for (var held : holding.addresses()) {
      transition
          .ledger
          .owner(held.ip())
          .ifPresent(eni -> Placement.place(transition, eni, held.ip()));
    }
  }

  private static boolean taken(Transition transition, Ip ip) {
    return transition.ledger.unplaced().containsKey(ip)
        || transition
            .ledger
            .owner(ip)
            .flatMap(eni -> eni.blockOf(ip))
            .map(block -> block.uses().containsKey(ip))
            .orElse(false);
  }

  private static void uses(Transition transition, Agent agent) {
    Set<Ip> done = new HashSet<>();
    agent
        .quarantined()
        .forEach(
            (ip, veth) -> {
              if (!taken(transition, ip)) {
                done.add(ip);
                transition
                    .ledger
                    .owner(ip)
                    .ifPresent(
                        eni ->
                            transition.ledger =
                                transition.ledger.use(
                                    eni.id(),
                                    ip,
                                    new AddressState.Quarantined(veth, transition.now())));
              }
            });
    var longest = transition.now().plus(transition.settings().cooldown());
    agent
        .cooling()
        .forEach(
            (ip, until) -> {
              if (!done.contains(ip) && !taken(transition, ip) && until.isAfter(transition.now())) {
                var end = earlier(longest, until);
                transition
                    .ledger
                    .owner(ip)
                    .ifPresentOrElse(
                        eni -> cool(transition, eni, ip, end),
                        () ->
                            transition.ledger = transition.ledger.rest(Resting.unplaced(end, ip)));
              }
            });
  }

  private static void cool(Transition transition, EniState eni, Ip ip, Instant until) {
    transition.ledger = transition.ledger.use(eni.id(), ip, new AddressState.Cooling(until));
    transition.ledger = transition.ledger.rest(new Resting(until, ip, eni.id(), eni.card()));
  }
}
