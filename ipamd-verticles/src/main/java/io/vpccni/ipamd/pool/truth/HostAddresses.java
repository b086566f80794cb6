package io.vpccni.ipamd.pool.truth;

import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.ledger.AddressState;
import io.vpccni.ipamd.pool.ledger.Block;
import io.vpccni.ipamd.pool.ledger.EniState;
import io.vpccni.ipamd.pool.size.HostSubnets;
import io.vpccni.ipamd.pool.state.Transition;
import io.vpccni.ipamd.pool.state.VethView;
import io.vpccni.rpc.address.Ip;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Compares what the pool believes with the addresses that links of the host itself have. The rule:
 * an address that is local on the node is in use, whoever put it there and on whichever link. The
 * kernel delivers packets to a local address before it looks for a route to a pod, so a pod with
 * that address would get none. Addresses that are not ours concern nobody here.
 */
final class HostAddresses {
  /**
   * If links of the host have this many single addresses of one card, some software takes each
   * address that EC2 assigns (ec2-net-utils does it on the primary ENI). Replacing them would only
   * feed it, until all ENIs of the instance are full.
   */
  static final int TAKES_ALL = 16;

  private HostAddresses() {}

  static void compare(Transition transition, VethView list) {
    parts(transition, list);
    var cutOff = new HashSet<String>();
    inUse(transition, list)
        .forEach(
            (ip, link) ->
                holding(transition, ip)
                    .ifPresentOrElse(
                        holding -> {
                          cutOff.add(ip.toString());
                          transition.raise(
                              Condition.Name.ADDRESS_ON_HOST,
                              ip.toString(),
                              "HostAddress",
                              "link %s of the node has it too, so pod %s gets no packets: remove it from the link"
                                  .formatted(link, holding.pod()));
                        },
                        () -> quarantine(transition, ip, link)));
    takesAll(transition, list.local().keySet());
    for (var key : transition.conditions.byKey().keySet()) {
      if (key.name().equals(Condition.Name.ADDRESS_ON_HOST.text())
          && !cutOff.contains(key.subject())) {
        transition.conditions = transition.conditions.clear(key);
      }
    }
  }

  /** Takes in which parts of large prefixes are the host's. */
  private static void parts(Transition transition, VethView list) {
    for (var eni : List.copyOf(transition.ledger.enis().values())) {
      for (var block : eni.blocks().values()) {
        var parts = list.hostPartsOf(block.cidr());
        if (!parts.equals(block.hosts())) {
          var now = transition.ledger.enis().getOrDefault(eni.id(), eni);
          transition.ledger = transition.ledger.put(now.with(block.withHosts(parts)));
        }
      }
    }
  }

  /** Finds the single addresses of the host, and those of ours that lie in its blocks. */
  private static Map<Ip, String> inUse(Transition transition, VethView list) {
    if (list.blocks().isEmpty()) return list.local();
    var links = new HashMap<>(list.local());
    for (var eni : transition.ledger.enis().values()) {
      eni.blocks().keySet().forEach(cidr -> list.blockLinksIn(cidr).forEach(links::putIfAbsent));
    }
    for (var holding : transition.ledger.holdings().values()) {
      var ips = new ArrayList<Ip>();
      holding.addresses().forEach(held -> ips.add(held.ip()));
      holding.egress().ifPresent(ips::add);
      for (var ip : ips) list.hostLink(ip).ifPresent(link -> links.put(ip, link));
    }
    return links;
  }

  /**
   * Raises or clears the condition that ends growth, see {@code Growth}. What lies in a block of
   * the host was taken by nobody who watches what EC2 assigns, and is replaced like any other,
   * unless the block covers a subnet: then what replaces it is the host's too.
   */
  private static void takesAll(Transition transition, Set<Ip> local) {
    var byCard = new HashMap<Integer, Integer>();
    for (var ip : local) {
      transition.ledger.owner(ip).ifPresent(eni -> byCard.merge(eni.card(), 1, Integer::sum));
    }
    for (int card : transition.cards()) {
      if (subnetOnHost(transition, card)) continue;
      int taken = byCard.getOrDefault(card, 0);
      if (taken < TAKES_ALL) {
        transition.clear(Condition.Name.HOST_TAKES_ADDRESSES, String.valueOf(card));
      } else {
        transition.raise(
            Condition.Name.HOST_TAKES_ADDRESSES,
            String.valueOf(card),
            "TooMany",
            "links of the node have %d addresses of network card %d, so no more are kept ready there: stop the software that adds them (such as ec2-net-utils) and remove them from the links"
                .formatted(taken, card));
      }
    }
  }

  /** Raises the condition if the host has a whole subnet that a card's pods get addresses from. */
  private static boolean subnetOnHost(Transition transition, int card) {
    for (var eni : transition.ledger.enis().values()) {
      if (eni.card() != card || !eni.mayGrow(transition.settings().enis().customNetworking())) {
        continue;
      }
      var block = HostSubnets.blockAround(transition, eni);
      if (block.isEmpty()) continue;
      transition.raise(
          Condition.Name.HOST_TAKES_ADDRESSES,
          String.valueOf(card),
          "SubnetOnHost",
          "a local route gives %s to link %s of the node, which covers subnet %s of network card %d, so no more addresses are kept ready there: remove the route"
              .formatted(block.get().cidr(), block.get().link(), eni.facts().subnet(), card));
      return true;
    }
    return false;
  }

  private static void quarantine(Transition transition, Ip ip, String link) {
    var owner = transition.ledger.owner(ip);
    var block = owner.flatMap(eni -> eni.blockOf(ip));
    if (owner.isEmpty() || block.isEmpty()) {
      return;
    }
    // Unlike the route to a released pod's link, this cannot be a trace of the pod that had it.
    if (!(block.get().uses().get(ip) instanceof AddressState.Quarantined)) {
      Quarantine.begin(transition, owner.get(), block.get(), ip, link);
    }
    transition.raise(
        Condition.Name.ADDRESS_QUARANTINED,
        ip.toString(),
        "HostAddress",
        "link " + link + " of the node has it: no pod gets it until it is removed from the link");
  }

  /** Finds the pod that has an address, also as the node-local one of the other family. */
  private static Optional<Holding> holding(Transition transition, Ip ip) {
    if (transition.ledger.egress().contains(ip)) {
      return transition.ledger.holdings().values().stream()
          .filter(holding -> holding.egress().filter(ip::equals).isPresent())
          .findFirst();
    }
    return Optional.ofNullable(transition.ledger.unplaced().get(ip))
        .or(() -> transition.ledger.owner(ip).flatMap(eni -> holder(eni, ip)))
        .flatMap(transition.ledger::holding);
  }

  private static Optional<Attachment> holder(EniState eni, Ip ip) {
    return eni.blockOf(ip)
        .map(Block::uses)
        .map(uses -> uses.get(ip))
        .flatMap(
            use ->
                use instanceof AddressState.Assigned(var by) ? Optional.of(by) : Optional.empty());
  }
}
