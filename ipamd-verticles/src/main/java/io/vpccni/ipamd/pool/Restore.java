package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.pool.Durable.Agent;
import io.vpccni.ipamd.pool.Durable.SavedEni;
import io.vpccni.rpc.address.Ip;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/** A new process takes over what the previous one wrote down. */
final class Restore {
  private Restore() {}

  static void from(Turn turn, PoolEvent.CheckpointLoaded loaded) {
    if (turn.started) {
      return;
    }
    turn.started = true;
    loaded
        .unreadable()
        .ifPresent(
            why ->
                turn.raise(
                    Condition.Name.CHECKPOINT_UNREADABLE,
                    "",
                    "Unreadable",
                    why + "; kept aside, the pool is rebuilt from EC2 and the links on this node"));
    var durable = loaded.durable();
    durable.agent().ifPresent(agent -> agent(turn, agent));
    // The newest entry of two for one address is the one whose pod was wired last.
    durable.holdings().stream()
        .sorted(Comparator.comparing(Holding::assignedAt).reversed())
        .forEach(holding -> hold(turn, holding));
    durable.agent().ifPresent(agent -> uses(turn, agent));
  }

  private static void agent(Turn turn, Agent agent) {
    turn.facts = turn.facts.or(agent::facts);
    turn.limits = turn.limits.or(agent::limits);
    turn.pendingVeths = TreePSet.from(agent.pendingVeths());
    turn.goneCidrs = TreePMap.from(agent.goneCidrs());
    turn.goneEnis = TreePMap.from(agent.goneEnis());
    agent.enis().forEach(saved -> eni(turn, saved));
  }

  private static void eni(Turn turn, SavedEni saved) {
    var eni =
        EniState.fresh(saved.eni(), turn.now).linked(saved.eni().primary(), saved.routeTable());
    turn.put(eni);
    for (var cidr : saved.eni().cidrs()) {
      // Somebody's editor may have written it twice, or what EC2 does not give.
      if (Block.possible(cidr) && turn.ownerOf(cidr).isEmpty()) {
        // Old enough that a describe may prove it gone, unless it was new when it was written.
        var since = saved.young().getOrDefault(cidr, Instant.EPOCH);
        turn.add(turn.enis.getOrDefault(eni.id(), eni), Block.fresh(cidr, since));
      }
    }
    // EC2 may or may not have been asked: asking again is harmless, giving them away is not.
    if (saved.freeing()) {
      Shrink.mark(turn, eni.id(), List.of(), true);
    } else if (!saved.releasing().isEmpty()) {
      Shrink.mark(turn, eni.id(), List.copyOf(saved.releasing()), true);
    }
  }

  private static void hold(Turn turn, Holding holding) {
    var taken = holding.addresses().stream().filter(held -> taken(turn, held.ip())).toList();
    if (!taken.isEmpty() || turn.holdings.containsKey(holding.attachment())) {
      turn.raise(
          Condition.Name.CHECKPOINT_UNREADABLE,
          holding.pod().toString(),
          "Duplicate",
          "two entries for "
              + (taken.isEmpty() ? holding.attachment() : taken.getFirst().ip())
              + ": the newer one was kept");
      return;
    }
    turn.hold(holding);
    for (var held : holding.addresses()) {
      turn.homeless = turn.homeless.plus(held.ip(), holding.attachment());
    }
    for (var held : holding.addresses()) {
      turn.ownerOf(held.ip()).ifPresent(eni -> adopt(turn, eni, held.ip()));
    }
  }

  private static boolean taken(Turn turn, Ip ip) {
    return turn.homeless.containsKey(ip)
        || turn.ownerOf(ip)
            .flatMap(eni -> eni.blockOf(ip))
            .map(block -> block.uses.containsKey(ip))
            .orElse(false);
  }

  /** A holding's address lies in a CIDR of this ENI after all. */
  static void adopt(Turn turn, EniState eni, Ip ip) {
    var attachment = turn.homeless.get(ip);
    var holding = attachment == null ? null : turn.holdings.get(attachment);
    if (attachment == null || holding == null) {
      return;
    }
    turn.homeless = turn.homeless.minus(ip);
    turn.clear(Condition.Name.ADDRESS_LOST, ip.toString());
    turn.use(eni.id(), ip, new Use.Assigned(attachment));
    var placed =
        holding.addresses().stream()
            .map(
                held ->
                    held.ip().equals(ip)
                        ? new Held(ip, eni.card(), eni.id(), eni.facts.deviceNumber(), eni.table)
                        : held)
            .toList();
    turn.hold(
        new Holding(
            attachment,
            holding.pod(),
            holding.wiring(),
            placed,
            holding.egress(),
            holding.assignedAt()));
    Shrink.keep(turn, eni.id());
  }

  private static void uses(Turn turn, Agent agent) {
    Set<Ip> done = new HashSet<>();
    agent
        .quarantined()
        .forEach(
            (ip, veth) -> {
              if (!taken(turn, ip)) {
                done.add(ip);
                turn.ownerOf(ip)
                    .ifPresent(eni -> turn.use(eni.id(), ip, new Use.Quarantined(veth, turn.now)));
              }
            });
    // After a reboot, or with a clock set back, nothing may rest for longer than it should.
    var longest = turn.now.plus(turn.settings.cooldown());
    agent
        .cooling()
        .forEach(
            (ip, until) -> {
              if (!done.contains(ip) && !taken(turn, ip) && until.isAfter(turn.now)) {
                var end = until.isBefore(longest) ? until : longest;
                turn.ownerOf(ip)
                    .ifPresentOrElse(
                        eni -> cool(turn, eni, ip, end),
                        () -> turn.resting = turn.resting.plus(Resting.unplaced(end, ip)));
              }
            });
  }

  private static void cool(Turn turn, EniState eni, Ip ip, Instant until) {
    turn.use(eni.id(), ip, new Use.Cooling(until));
    turn.resting = turn.resting.plus(new Resting(until, ip, eni.id(), eni.card()));
  }
}
