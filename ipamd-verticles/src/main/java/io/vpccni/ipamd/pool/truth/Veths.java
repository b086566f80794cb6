package io.vpccni.ipamd.pool.truth;

import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.HostAddress;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.calls.Answers;
import io.vpccni.ipamd.pool.calls.Egress;
import io.vpccni.ipamd.pool.calls.Release;
import io.vpccni.ipamd.pool.ledger.AddressState;
import io.vpccni.ipamd.pool.ledger.Block;
import io.vpccni.ipamd.pool.ledger.EniState;
import io.vpccni.ipamd.pool.ledger.Resting;
import io.vpccni.ipamd.pool.size.Shrink;
import io.vpccni.ipamd.pool.state.InFlightRequest;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.pool.state.RequestId;
import io.vpccni.ipamd.pool.state.Transition;
import io.vpccni.ipamd.pool.state.VethView;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Compares what the pool believes with the links on the node. A list says how things were when it
 * was asked for, so what has changed since is left alone.
 */
public final class Veths {
  /** A pod without a veth for this long is gone. An ADD never takes so long to wire it. */
  static final Duration GONE_AFTER = Duration.ofMinutes(1);

  private Veths() {}

  public static void listed(Transition transition, PoolEvent.VethsListed listed) {
    var what = transition.cloud.inFlight().get(listed.request());
    if (!(what instanceof InFlightRequest.ToListVeths(var askedAt))
        || !transition.context.started()) {
      return;
    }
    transition.cloud = transition.cloud.answered(listed.request());
    var routed = new HashMap<Ip, String>();
    var names = new HashSet<String>();
    var branches = new HashMap<String, Instant>();
    for (var veth : listed.veths()) {
      if (!transition.links.pendingDeletions().contains(veth.name())) { // as good as deleted
        names.add(veth.name());
        veth.branchSince().ifPresent(since -> branches.put(veth.name(), since));
        veth.routed().forEach(ip -> routed.put(ip, veth.name()));
      }
    }
    var local = new HashMap<Ip, String>();
    var blocks = new ArrayList<HostAddress>();
    for (var address : listed.addresses()) {
      if (address.cidr().single()) local.put(address.cidr().network(), address.link());
      else blocks.add(address);
    }
    var before = transition.links.veths().map(VethView::routed).orElse(Map.of());
    var view = new VethView(askedAt, routed, names, local, blocks);
    transition.links = transition.links.listed(view);
    goneUnknown(transition, before.keySet(), routed);
    vanished(transition, askedAt, routed, names, branches);
    unexplained(transition, askedAt, routed);
    HostAddresses.compare(transition, view);
    unused(transition);
  }

  /**
   * Lets the addresses of links rest that went before EC2 told whose they are, in case they are
   * ours.
   */
  private static void goneUnknown(Transition transition, Set<Ip> before, Map<Ip, String> routed) {
    for (var ip : before) {
      if (!routed.containsKey(ip)
          && !transition.ledger.unplaced().containsKey(ip)
          && !Egress.isOf(transition, ip)
          && transition.ledger.owner(ip).isEmpty()) {
        transition.ledger =
            transition.ledger.rest(
                Resting.unplaced(transition.now().plus(transition.settings().cooldown()), ip));
        transition.touch();
      }
    }
  }

  public static void unknown(Transition transition, RequestId request) {
    transition.cloud = transition.cloud.answered(request);
    Shrink.keepUnasked(transition);
  }

  public static void deleted(Transition transition, List<String> names) {
    for (var name : names) {
      if (transition.links.pendingDeletions().contains(name)) {
        transition.links = transition.links.deleted(name);
        transition.touch();
      }
    }
  }

  private static void vanished(
      Transition transition,
      Instant askedAt,
      Map<Ip, String> routed,
      Set<String> names,
      Map<String, Instant> branches) {
    for (var holding : transition.ledger.holdings().values()) {
      boolean there = isThere(transition, holding, routed, names, branches);
      boolean mayJustBeWired = holding.assignedAt().plus(GONE_AFTER).isAfter(askedAt);
      // Without a name the runtime cannot be told apart from a person's entry: DEL or GC ends it.
      if (there || mayJustBeWired || !holding.pod().known() || inCall(transition, holding)) {
        transition.links = transition.links.present(holding.attachment());
        continue;
      }
      var since = transition.links.missingSince().get(holding.attachment());
      if (since == null) {
        transition.links = transition.links.missing(holding.attachment(), askedAt);
      } else if (!since.plus(GONE_AFTER).isAfter(askedAt)
          && !transition.links.detaching().contains(holding.attachment())) {
        transition.links = transition.links.detach(holding.attachment());
        transition.command(new PoolCommand.DetachPod(holding));
      }
    }
  }

  /**
   * Says whether a link of the pod is there. Plain loops, since each list of links asks this of
   * each holding of the node.
   */
  private static boolean isThere(
      Transition transition,
      Holding holding,
      Map<Ip, String> routed,
      Set<String> names,
      Map<String, Instant> branches) {
    for (var held : holding.addresses()) {
      var link = routed.get(held.ip());
      if (link != null && isOwn(transition, holding, link, branches)) {
        return true;
      }
    }
    for (var link : holding.wiring().hostVeths()) {
      if (names.contains(link) && isOwn(transition, holding, link, branches)) {
        return true;
      }
    }
    return false;
  }

  /**
   * A link is no proof of life for a pod if it belongs to another attachment: one of the pool's, or
   * a newer sandbox of the pod that has a branch ENI.
   */
  private static boolean isOwn(
      Transition transition, Holding holding, String link, Map<String, Instant> branches) {
    var branch = branches.get(link);
    return (branch == null || !branch.isAfter(holding.assignedAt()))
        && transition.ledger.vethOwner(link).map(holding.attachment()::equals).orElse(true);
  }

  private static boolean inCall(Transition transition, Holding holding) {
    return Answers.pendingOf(transition, holding.attachment()).isPresent();
  }

  /** Ends the holding of a pod whose veth had vanished, after the data plane has cleaned up. */
  public static void detached(Transition transition, PoolEvent.PodDetached detached) {
    Release.promise(transition, detached.pendingVeths());
    var holding = transition.ledger.holdings().get(detached.attachment());
    if (holding != null && transition.links.detaching().contains(detached.attachment())) {
      Release.free(transition, holding, true);
    }
  }

  private static void unexplained(Transition transition, Instant askedAt, Map<Ip, String> routed) {
    var explained = new HashSet<Ip>();
    transition
        .ledger
        .holdings()
        .values()
        .forEach(holding -> holding.addresses().forEach(held -> explained.add(held.ip())));
    var foreign = new HashSet<String>();
    routed.forEach(
        (ip, veth) -> {
          if (explained.contains(ip) || Egress.isOf(transition, ip)) {
            return;
          }
          var owner = transition.ledger.owner(ip);
          if (owner.isEmpty()) {
            if (transition.cloud.described()) {
              foreign.add(ip.toString());
              transition.raise(
                  Condition.Name.UNKNOWN_VETH,
                  ip.toString(),
                  "NotOurAddress",
                  "link " + veth + " routes to it, and no ENI of this node has it: left alone");
            }
            return;
          }
          owner
              .flatMap(eni -> eni.blockOf(ip))
              .ifPresent(block -> explain(transition, askedAt, owner.get(), block, ip, veth));
        });
    for (var key : transition.conditions.byKey().keySet()) {
      if (key.name().equals(Condition.Name.UNKNOWN_VETH.text())
          && !foreign.contains(key.subject())) {
        transition.conditions = transition.conditions.clear(key);
      }
    }
  }

  private static void explain(
      Transition transition, Instant askedAt, EniState eni, Block block, Ip ip, String veth) {
    var use = block.uses().get(ip);
    boolean quarantine =
        switch (use) {
          // Also where EC2 told us of it after the list was asked for: the link is there.
          case null -> true;
          case AddressState.Assigned _, AddressState.Quarantined _ -> false; // by a pod; as before
          // Released after the list was made? Then the list shows the pod that had it.
          case AddressState.Cooling(var until) ->
              until.minus(transition.settings().cooldown()).isBefore(askedAt);
          case AddressState.Rested(var since) -> since.isBefore(askedAt);
        };
    if (quarantine) {
      Quarantine.begin(transition, eni, block, ip, veth);
    }
    if (quarantine || use instanceof AddressState.Quarantined) { // also as the file had it
      transition.raise(
          Condition.Name.ADDRESS_QUARANTINED,
          ip.toString(),
          "UnexplainedVeth",
          "link " + veth + " uses it, and no entry explains why: kept until the link goes");
    }
  }

  /** Lets quarantined addresses rest like released ones when the link that used them is gone. */
  private static void unused(Transition transition) {
    for (var eni : List.copyOf(transition.ledger.enis().values())) {
      if (eni.all().quarantined() == 0) {
        continue;
      }
      for (var block : List.copyOf(eni.blocks().values())) {
        block
            .uses()
            .forEach(
                (ip, use) -> {
                  if (use instanceof AddressState.Quarantined
                      && transition.links.veths().flatMap(list -> list.user(ip)).isEmpty()) {
                    transition.clear(Condition.Name.ADDRESS_QUARANTINED, ip.toString());
                    Release.rest(transition, eni, ip);
                  }
                });
      }
    }
  }
}
