package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Compares what we believe with what EC2 says is attached. */
final class Truth {
  /**
   * A describe may lag behind: for this long the reply to our own request counts more, both for
   * what it brought and for what it took.
   */
  static final Duration GRACE = Duration.ofMinutes(1);

  private Truth() {}

  /**
   * @param asked when the list was asked for
   * @param proof whether what is not listed is gone; otherwise only what is listed counts
   */
  static void reconcile(Turn turn, List<AttachedEni> listed, Instant asked, boolean proof) {
    if (listed.isEmpty()) {
      return; // an instance without any ENI cannot run this
    }
    Map<EniId, AttachedEni> now = new HashMap<>();
    listed.forEach(eni -> now.put(eni.id(), eni));
    boolean enisChanged = false;
    int before = turn.enis.size();
    for (var seen : listed) {
      enisChanged |= seen(turn, seen);
    }
    count(turn, PoolCount.ENI_FOUND, turn.enis.size() - before);
    if (proof) {
      for (var known : List.copyOf(turn.enis.values())) {
        var seen = now.get(known.id());
        if (seen != null) {
          missingCidrs(turn, known.id(), Set.copyOf(seen.cidrs()), asked);
        } else if (known.since.plus(GRACE).isBefore(asked) && !beingFreed(turn, known.id())) {
          turn.goneEnis = turn.goneEnis.plus(known.id(), turn.now.plus(GRACE));
          count(turn, PoolCount.ENI_LOST, 1);
          dropEni(turn, known.id());
          enisChanged = true;
        }
      }
      lost(turn);
    }
    if (enisChanged) {
      Dataplane.applyHost(turn);
    }
  }

  /** What the first list after a start shows is no news. */
  private static void count(Turn turn, PoolCount what, long times) {
    if (turn.described) {
      turn.count(what, times);
    }
  }

  /** A comparison took place, whatever it showed. */
  static void compared(Turn turn, List<AttachedEni> listed) {
    long seen = 0;
    for (var eni : listed) {
      var known = turn.enis.get(eni.id());
      seen += known != null && known.facts.managed() ? eni.cidrs().size() : 0;
    }
    count(turn, PoolCount.CIDR_SEEN, seen);
  }

  private static boolean seen(Turn turn, AttachedEni seen) {
    var known = turn.enis.get(seen.id());
    if (known == null && turn.goneEnis.containsKey(seen.id())) {
      return false; // freed a moment ago
    }
    var eni =
        known == null ? EniState.fresh(managed(seen), turn.now) : known.described(managed(seen));
    turn.put(eni);
    if (known == null) {
      turn.touch();
    }
    if (!eni.facts.managed()) {
      return known == null;
    }
    for (var cidr : seen.cidrs()) {
      // EC2 may have moved it from one of our ENIs to another: a stale list shows it at both.
      if (!eni.blocks.containsKey(cidr)
          && turn.ownerOf(cidr).isEmpty()
          && !turn.goneCidrs.containsKey(cidr)) {
        admit(turn, seen.id(), cidr);
      }
    }
    return known == null || eni.facts.deviceNumber() != known.facts.deviceNumber();
  }

  /** Without addresses of its own, an EFA-only ENI only takes a slot. */
  private static AttachedEni managed(AttachedEni eni) {
    if (eni.kind() != EniKind.EFA_ONLY || !eni.managed()) {
      return eni;
    }
    return new AttachedEni(
        eni.id(),
        eni.mac(),
        eni.networkCard(),
        eni.deviceNumber(),
        eni.subnet(),
        eni.subnetCidr(),
        eni.primaryIp(),
        eni.cidrs(),
        eni.kind(),
        eni.primary(),
        eni.excluded(),
        false,
        eni.tags());
  }

  /**
   * One more CIDR of an ENI of ours.
   *
   * @return whether it is new and of use
   */
  static boolean admit(Turn turn, EniId id, Cidr cidr) {
    var eni = turn.enis.get(id);
    boolean v6 = turn.settings.kind() == AddressKind.IPV6_PREFIX;
    if (eni == null
        || cidr.v6() != v6
        || !Block.possible(cidr)
        || eni.blocks.containsKey(cidr)
        || (cidr.single() && eni.facts.primaryIp().filter(cidr.network()::equals).isPresent())) {
      return false;
    }
    turn.ownerOf(cidr)
        .ifPresent(
            before ->
                Optional.ofNullable(before.blocks.get(cidr))
                    .ifPresent(old -> drop(turn, before.id(), old)));
    turn.goneCidrs = turn.goneCidrs.minus(cidr);
    var block = Block.fresh(cidr, turn.now);
    for (var rest : turn.resting) {
      if (cidr.contains(rest.ip())) {
        block = block.with(rest.ip(), new Use.Cooling(rest.until()));
        turn.resting =
            turn.resting.minus(rest).plus(new Resting(rest.until(), rest.ip(), id, eni.card()));
      }
    }
    Map<Ip, String> routed = turn.veths.map(VethView::routed).orElse(Map.of());
    for (var ip : within(cidr, routed)) {
      if (!turn.homeless.containsKey(ip)) {
        block = block.with(ip, new Use.Quarantined(String.valueOf(routed.get(ip)), turn.now));
      }
    }
    turn.add(eni, block);
    turn.touch();
    within(cidr, turn.homeless).forEach(ip -> Restore.adopt(turn, eni, ip));
    return true;
  }

  /** Which of these addresses lie in the CIDR; a single one is looked up, not searched for. */
  private static List<Ip> within(Cidr cidr, Map<Ip, ?> addresses) {
    if (cidr.single()) {
      return addresses.containsKey(cidr.network()) ? List.of(cidr.network()) : List.of();
    }
    return addresses.keySet().stream().filter(cidr::contains).toList();
  }

  private static void missingCidrs(Turn turn, EniId id, Set<Cidr> listed, Instant asked) {
    var eni = turn.enis.get(id);
    if (eni == null) {
      return;
    }
    for (var block : List.copyOf(eni.blocks.values())) {
      boolean old = block.since.plus(GRACE).isBefore(asked);
      if (old && !listed.contains(block.cidr) && !beingReleased(turn, id, block.cidr)) {
        count(turn, PoolCount.CIDR_LOST, 1);
        // The next list may be older than this one.
        turn.goneCidrs = turn.goneCidrs.plus(block.cidr, turn.now.plus(GRACE));
        drop(turn, id, block);
      }
    }
  }

  /** Forgets a CIDR; pods that use it stay where they are, and are reported. */
  static void drop(Turn turn, EniId id, Block block) {
    block.uses.forEach(
        (ip, use) -> {
          if (use instanceof Use.Assigned(var by)) {
            turn.homeless = turn.homeless.plus(ip, by);
          }
        });
    var eni = turn.enis.get(id);
    if (eni != null) {
      turn.remove(eni, block.cidr);
    }
    turn.touch();
  }

  static void dropEni(Turn turn, EniId id) {
    var eni = turn.enis.get(id);
    if (eni != null) {
      eni.blocks.values().forEach(block -> drop(turn, id, block));
      turn.enis = turn.enis.minus(id);
      turn.leaving = turn.leaving.minus(id);
      turn.touch();
    }
  }

  private static boolean beingFreed(Turn turn, EniId id) {
    var leaving = turn.leaving.get(id);
    return leaving != null && leaving.asked() && leaving.wholeEni();
  }

  private static boolean beingReleased(Turn turn, EniId id, Cidr cidr) {
    var leaving = turn.leaving.get(id);
    return leaving != null
        && leaving.asked()
        && (leaving.wholeEni() || leaving.cidrs().contains(cidr));
  }

  /** EC2 has spoken: pods whose address is in no CIDR have lost it. */
  private static void lost(Turn turn) {
    Set<Object> told = new HashSet<>();
    turn.homeless.forEach(
        (ip, attachment) -> {
          var holding = turn.holdings.get(attachment);
          if (holding != null && told.add(ip)) {
            turn.raise(
                Condition.Name.ADDRESS_LOST,
                ip.toString(),
                "NotAssignedToThisNode",
                "pod " + holding.pod() + " uses it: EC2 no longer routes it here; delete the pod");
          }
        });
  }
}
