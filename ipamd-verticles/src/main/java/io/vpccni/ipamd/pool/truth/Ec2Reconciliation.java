package io.vpccni.ipamd.pool.truth;

import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.PoolCount;
import io.vpccni.ipamd.pool.ask.Dataplane;
import io.vpccni.ipamd.pool.ledger.AddressState;
import io.vpccni.ipamd.pool.ledger.Block;
import io.vpccni.ipamd.pool.ledger.EniState;
import io.vpccni.ipamd.pool.ledger.Resting;
import io.vpccni.ipamd.pool.state.Transition;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Compares what the pool believes with what EC2 says is attached. */
final class Ec2Reconciliation {
  private Ec2Reconciliation() {}

  /**
   * @param asked when the list was asked for
   * @param proof whether what is not listed is gone; otherwise only what is listed counts
   */
  static void reconcile(
      Transition transition, List<AttachedEni> listed, Instant asked, boolean proof) {
    if (listed.isEmpty()) {
      return; // an instance without any ENI cannot run this
    }
    Map<EniId, AttachedEni> now = new HashMap<>();
    listed.forEach(eni -> now.put(eni.id(), eni));
    boolean enisChanged = false;
    int before = transition.ledger.enis().size();
    for (var seen : listed) {
      enisChanged |= seen(transition, seen);
    }
    count(transition, PoolCount.ENI_FOUND, transition.ledger.enis().size() - before);
    if (proof) {
      for (var known : List.copyOf(transition.ledger.enis().values())) {
        var seen = now.get(known.id());
        if (seen != null) {
          missingCidrs(transition, known.id(), Set.copyOf(seen.cidrs()), asked);
        } else if (known.since().plus(Block.GRACE).isBefore(asked)
            && !beingFreed(transition, known.id())) {
          transition.ledger =
              transition.ledger.gone(known.id(), transition.now().plus(Block.GRACE));
          count(transition, PoolCount.ENI_LOST, 1);
          long used = known.all().assigned();
          count(transition, PoolCount.ENI_TAKEN, used > 0 ? 1 : 0);
          count(transition, PoolCount.ADDRESS_TAKEN, used);
          dropEni(transition, known.id());
          enisChanged = true;
        }
      }
      lost(transition);
    }
    if (enisChanged) {
      Dataplane.applyHost(transition);
    }
  }

  /** Counts what a list shows, though not what the first one after a start shows. */
  private static void count(Transition transition, PoolCount what, long times) {
    if (transition.cloud.described()) {
      transition.count(what, times);
    }
  }

  /** Counts what a comparison has seen, whatever it showed. */
  static void compared(Transition transition, List<AttachedEni> listed) {
    long seen = 0;
    for (var eni : listed) {
      var known = transition.ledger.enis().get(eni.id());
      seen += known != null && known.facts().managed() ? eni.cidrs().size() : 0;
    }
    count(transition, PoolCount.CIDR_SEEN, seen);
  }

  private static boolean seen(Transition transition, AttachedEni seen) {
    var known = transition.ledger.enis().get(seen.id());
    if (known == null && transition.ledger.goneEnis().containsKey(seen.id())) {
      return false; // freed a moment ago
    }
    var eni =
        known == null
            ? EniState.fresh(managed(seen), transition.now())
            : known.described(managed(seen));
    transition.ledger = transition.ledger.put(eni);
    if (known == null) {
      transition.touch();
    }
    if (!eni.facts().managed()) {
      return known == null;
    }
    for (var cidr : seen.cidrs()) {
      // EC2 may have moved it from one of our ENIs to another: a stale list shows it at both.
      if (!eni.blocks().containsKey(cidr)
          && transition.ledger.owner(cidr).isEmpty()
          && !transition.ledger.goneCidrs().containsKey(cidr)) {
        admit(transition, seen.id(), cidr);
      }
    }
    return known == null
        || eni.facts().deviceNumber() != known.facts().deviceNumber()
        || eni.facts().routable() != known.facts().routable();
  }

  /** An EFA-only ENI has no addresses of its own, so it only takes a slot. */
  private static AttachedEni managed(AttachedEni eni) {
    if (eni.kind() != EniKind.EFA_ONLY || !eni.managed()) {
      return eni;
    }
    return eni.withManaged(false);
  }

  /**
   * Takes in one more CIDR of an ENI of ours.
   *
   * @return whether it is new and of use
   */
  static boolean admit(Transition transition, EniId id, Cidr cidr) {
    var eni = transition.ledger.enis().get(id);
    boolean v6 = transition.settings().kind() == AddressKind.IPV6_PREFIX;
    if (eni == null
        || cidr.v6() != v6
        || !Block.possible(cidr)
        || eni.blocks().containsKey(cidr)
        || (cidr.single() && eni.facts().primaryIp().filter(cidr.network()::equals).isPresent())) {
      return false;
    }
    transition
        .ledger
        .owner(cidr)
        .ifPresent(
            before ->
                Optional.ofNullable(before.blocks().get(cidr))
                    .ifPresent(old -> drop(transition, before.id(), old)));
    transition.ledger = transition.ledger.back(cidr);
    var block = Block.fresh(cidr, transition.now());
    for (var rest : transition.ledger.resting()) {
      if (cidr.contains(rest.ip())) {
        block = block.with(rest.ip(), new AddressState.Cooling(rest.until()));
        transition.ledger =
            transition
                .ledger
                .rested(rest)
                .rest(new Resting(rest.until(), rest.ip(), id, eni.card()));
      }
    }
    transition.ledger = transition.ledger.add(eni, quarantined(transition, block));
    transition.touch();
    within(cidr, transition.ledger.unplaced()).forEach(ip -> Placement.adopt(transition, eni, ip));
    return true;
  }

  /** Takes in what the last list of links shows in use: pods' addresses and the host's. */
  private static Block quarantined(Transition transition, Block fresh) {
    var list = transition.links.veths();
    var block =
        fresh.withHosts(list.map(known -> known.hostPartsOf(fresh.cidr())).orElse(List.of()));
    var users = list.map(known -> known.usersIn(fresh.cidr())).orElse(Map.of());
    for (var user : users.entrySet()) {
      if (!transition.ledger.unplaced().containsKey(user.getKey())) {
        block =
            block.with(
                user.getKey(), new AddressState.Quarantined(user.getValue(), transition.now()));
      }
    }
    return block;
  }

  /**
   * Returns which of these addresses lie in the CIDR. A single one is looked up instead of searched
   * for.
   */
  private static List<Ip> within(Cidr cidr, Map<Ip, ?> addresses) {
    if (cidr.single()) {
      return addresses.containsKey(cidr.network()) ? List.of(cidr.network()) : List.of();
    }
    return addresses.keySet().stream().filter(cidr::contains).toList();
  }

  private static void missingCidrs(
      Transition transition, EniId id, Set<Cidr> listed, Instant asked) {
    var eni = transition.ledger.enis().get(id);
    if (eni == null) {
      return;
    }
    for (var block : List.copyOf(eni.blocks().values())) {
      boolean old = block.since().plus(Block.GRACE).isBefore(asked);
      if (old && !listed.contains(block.cidr()) && !beingReleased(transition, id, block.cidr())) {
        count(transition, PoolCount.CIDR_LOST, 1);
        count(transition, PoolCount.ADDRESS_TAKEN, block.tally().assigned());
        // The next list may be older than this one.
        transition.ledger =
            transition.ledger.gone(block.cidr(), transition.now().plus(Block.GRACE));
        drop(transition, id, block);
      }
    }
  }

  /** Forgets a CIDR. Pods that use it stay where they are and are reported. */
  static void drop(Transition transition, EniId id, Block block) {
    block
        .uses()
        .forEach(
            (ip, use) -> {
              switch (use) {
                case AddressState.Assigned(var by) ->
                    transition.ledger = transition.ledger.unplace(ip, by);
                case AddressState.Quarantined _ ->
                    transition.clear(Condition.Name.ADDRESS_QUARANTINED, ip.toString());
                case AddressState.Cooling _, AddressState.Rested _ -> {}
              }
            });
    var eni = transition.ledger.enis().get(id);
    if (eni != null) {
      transition.ledger = transition.ledger.remove(eni, block.cidr());
    }
    transition.touch();
  }

  static void dropEni(Transition transition, EniId id) {
    var eni = transition.ledger.enis().get(id);
    if (eni != null) {
      eni.blocks().values().forEach(block -> drop(transition, id, block));
      transition.ledger = transition.ledger.without(id);
      transition.ledger = transition.ledger.endReclaim(id);
      transition.touch();
    }
    transition.clear(Condition.Name.ENI_LINK_MISSING, id.value());
  }

  private static boolean beingFreed(Transition transition, EniId id) {
    var leaving = transition.ledger.reclaims().get(id);
    return leaving != null && leaving.asked() && leaving.wholeEni();
  }

  private static boolean beingReleased(Transition transition, EniId id, Cidr cidr) {
    var leaving = transition.ledger.reclaims().get(id);
    return leaving != null
        && leaving.asked()
        && (leaving.wholeEni() || leaving.cidrs().contains(cidr));
  }

  /** Reports pods whose address is in no CIDR after EC2 has listed all of them. */
  private static void lost(Transition transition) {
    Set<Object> told = new HashSet<>();
    transition
        .ledger
        .unplaced()
        .forEach(
            (ip, attachment) -> {
              var holding = transition.ledger.holdings().get(attachment);
              if (holding != null && told.add(ip)) {
                transition.raise(
                    Condition.Name.ADDRESS_LOST,
                    ip.toString(),
                    "NotAssignedToThisNode",
                    "pod "
                        + holding.pod()
                        + " uses it: EC2 no longer routes it here; delete the pod");
              }
            });
  }
}
