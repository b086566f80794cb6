package io.vpccni.ipamd.pool;

import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Compares what we believe with the links on the node: the right-hand side of the table of truth. A
 * list says how things were when it was asked for, so what changed since is left alone.
 */
final class Veths {
  /** A pod without a veth for this long is gone; longer than an ADD may take to wire it. */
  static final Duration GONE_AFTER = Duration.ofMinutes(1);

  private Veths() {}

  static void ask(Turn turn) {
    if (turn.asked.values().stream().anyMatch(Asked.ToListVeths.class::isInstance)) {
      return;
    }
    turn.clocks = turn.clocks.vethsAt(turn.now);
    turn.command(new PoolCommand.ListVeths(turn.ask(new Asked.ToListVeths(turn.now))));
  }

  static void listed(Turn turn, PoolEvent.VethsListed listed) {
    var what = turn.asked.get(listed.request());
    if (!(what instanceof Asked.ToListVeths(var askedAt)) || !turn.started) {
      return;
    }
    turn.asked = turn.asked.minus(listed.request());
    var routed = new HashMap<Ip, String>();
    var names = new HashSet<String>();
    for (var veth : listed.veths()) {
      if (!turn.pendingVeths.contains(veth.name())) { // as good as deleted
        names.add(veth.name());
        veth.routed().forEach(ip -> routed.put(ip, veth.name()));
      }
    }
    var before = turn.veths.map(VethView::routed).orElse(Map.of());
    turn.veths = Optional.of(new VethView(askedAt, routed, names));
    goneUnknown(turn, before.keySet(), routed);
    vanished(turn, askedAt, routed, names);
    unexplained(turn, askedAt, routed);
    explainedAgain(turn, routed);
  }

  /**
   * Links that went before EC2 told whose their addresses are: should they be ours, they rest
   * first.
   */
  private static void goneUnknown(Turn turn, Set<Ip> before, Map<Ip, String> routed) {
    for (var ip : before) {
      if (!routed.containsKey(ip)
          && !turn.homeless.containsKey(ip)
          && !Egress.isOf(turn, ip)
          && turn.ownerOf(ip).isEmpty()) {
        turn.resting =
            turn.resting.plus(Resting.unplaced(turn.now.plus(turn.settings.cooldown()), ip));
        turn.touch();
      }
    }
  }

  static void unknown(Turn turn, RequestId request) {
    turn.asked = turn.asked.minus(request);
    Shrink.keepUnasked(turn);
  }

  static void deleted(Turn turn, List<String> names) {
    for (var name : names) {
      if (turn.pendingVeths.contains(name)) {
        turn.pendingVeths = turn.pendingVeths.minus(name);
        turn.touch();
      }
    }
  }

  private static void vanished(
      Turn turn, Instant askedAt, Map<Ip, String> routed, Set<String> names) {
    for (var holding : turn.holdings.values()) {
      boolean there =
          holding.addresses().stream().anyMatch(held -> routed.containsKey(held.ip()))
              || holding.wiring().hostVeths().stream().anyMatch(names::contains);
      boolean mayJustBeWired = holding.assignedAt().plus(GONE_AFTER).isAfter(askedAt);
      // Without a name the runtime cannot be told apart from a person's entry: DEL or GC ends it.
      if (there || mayJustBeWired || !holding.pod().known() || inCall(turn, holding)) {
        turn.vethMissing = turn.vethMissing.minus(holding.attachment());
        continue;
      }
      var since = turn.vethMissing.get(holding.attachment());
      if (since == null) {
        turn.vethMissing = turn.vethMissing.plus(holding.attachment(), askedAt);
      } else if (!since.plus(GONE_AFTER).isAfter(askedAt)
          && !turn.detaching.contains(holding.attachment())) {
        turn.detaching = turn.detaching.plus(holding.attachment());
        turn.command(new PoolCommand.DetachPod(holding));
      }
    }
  }

  private static boolean inCall(Turn turn, Holding holding) {
    return Assign.pendingOf(turn, holding.attachment()).isPresent();
  }

  /** The data plane has cleaned up after a pod whose veth had vanished. */
  static void detached(Turn turn, PoolEvent.PodDetached detached) {
    Release.promise(turn, detached.pendingVeths());
    var holding = turn.holdings.get(detached.attachment());
    if (holding != null && turn.detaching.contains(detached.attachment())) {
      Release.free(turn, holding, true);
    }
  }

  private static void unexplained(Turn turn, Instant askedAt, Map<Ip, String> routed) {
    var explained = new HashSet<Ip>();
    turn.holdings
        .values()
        .forEach(holding -> holding.addresses().forEach(held -> explained.add(held.ip())));
    var foreign = new HashSet<String>();
    routed.forEach(
        (ip, veth) -> {
          if (explained.contains(ip) || Egress.isOf(turn, ip)) {
            return;
          }
          var owner = turn.ownerOf(ip);
          if (owner.isEmpty()) {
            if (turn.described) {
              foreign.add(ip.toString());
              turn.raise(
                  Condition.Name.UNKNOWN_VETH,
                  ip.toString(),
                  "NotOurAddress",
                  "link " + veth + " routes to it, and no ENI of this node has it: left alone");
            }
            return;
          }
          owner
              .flatMap(eni -> eni.blockOf(ip))
              .ifPresent(block -> explain(turn, askedAt, owner.get(), block, ip, veth));
        });
    turn.conditions.forEach(
        (key, condition) -> {
          if (key.name().equals(Condition.Name.UNKNOWN_VETH.text())
              && !foreign.contains(key.subject())) {
            turn.conditions = turn.conditions.minus(key);
          }
        });
  }

  private static void explain(
      Turn turn, Instant askedAt, EniState eni, Block block, Ip ip, String veth) {
    var use = block.uses.get(ip);
    boolean quarantine =
        switch (use) {
          // Also where EC2 told us of it after the list was asked for: the link is there.
          case null -> true;
          case Use.Assigned _, Use.Quarantined _ -> false; // by a pod; as before
          // Released after the list was made? Then the list shows the pod that had it.
          case Use.Cooling(var until) -> until.minus(turn.settings.cooldown()).isBefore(askedAt);
          case Use.Rested(var since) -> since.isBefore(askedAt);
        };
    if (!quarantine) {
      return;
    }
    turn.put(eni.with(block.with(ip, new Use.Quarantined(veth, turn.now))));
    turn.touch();
    Shrink.keep(turn, eni.id());
    turn.raise(
        Condition.Name.ADDRESS_QUARANTINED,
        ip.toString(),
        "UnexplainedVeth",
        "link " + veth + " uses it, and no entry explains why: kept until the link goes");
  }

  /** The veth that used a quarantined address is gone: the address rests like a released one. */
  private static void explainedAgain(Turn turn, Map<Ip, String> routed) {
    for (var eni : List.copyOf(turn.enis.values())) {
      if (eni.all().quarantined() == 0) {
        continue;
      }
      for (var block : List.copyOf(eni.blocks.values())) {
        block.uses.forEach(
            (ip, use) -> {
              if (use instanceof Use.Quarantined && !routed.containsKey(ip)) {
                turn.clear(Condition.Name.ADDRESS_QUARANTINED, ip.toString());
                Release.rest(turn, eni, ip);
              }
            });
      }
    }
  }
}
