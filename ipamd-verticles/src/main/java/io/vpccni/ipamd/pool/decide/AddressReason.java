package io.vpccni.ipamd.pool.decide;

import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pool.Explanation.Address;
import io.vpccni.ipamd.pool.ledger.AddressState;
import io.vpccni.ipamd.pool.ledger.Block;
import io.vpccni.ipamd.pool.ledger.BlockState;
import io.vpccni.ipamd.pool.ledger.EniState;
import io.vpccni.ipamd.pool.state.PoolState;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Says why an address that no pod has is as it is.
 *
 * @param owner the ENI that has the address
 * @param block the part of that ENI's addresses that it lies in
 */
record AddressReason(PoolState state, EniState owner, Block block, Instant now) {
  Address explain(Ip ip) {
    var use = Optional.ofNullable(block.uses().get(ip));
    if (use.isEmpty()) return unused(ip, block.since());
    return switch (use.get()) {
      case AddressState.Assigned _ ->
          of(ip, "assigned", Optional.empty(), "A pod is getting it, or has just given it up.", "");
      case AddressState.Cooling(var until) ->
          of(
              ip,
              "cooling",
              Optional.of(until.minus(state.context().settings().cooldown())),
              "A pod that had it is gone, and others may still send packets to that pod.",
              "It can be given to a pod again in " + secondsUntil(until) + " s.");
      case AddressState.Quarantined(var link, var since) ->
          of(
              ip,
              "quarantined",
              Optional.of(since),
              "Link %s of the node uses it, and no pod that the agent knows explains that."
                  .formatted(link),
              "No pod gets it until that link is gone; then it rests for its cooldown.");
      case AddressState.Rested(var since) -> unused(ip, since);
    };
  }

  private Address unused(Ip ip, Instant since) {
    if (block.state() == BlockState.LEAVING || owner.state() == BlockState.LEAVING) {
      return of(
          ip,
          "releasing",
          Optional.empty(),
          "The node has more addresses than it needs.",
          "It is being given back to EC2, so no pod gets it.");
    }
    if (!owner.facts().managed() || owner.facts().excluded()) {
      return of(
          ip,
          "not_for_pods",
          Optional.empty(),
          owner.facts().managed()
              ? "Its subnet is excluded from pod addresses."
              : "Its ENI is not managed by the agent, because of a tag or of its network card.",
          "");
    }
    if (!owner.serves()) {
      return of(
          ip,
          "not_set_up",
          Optional.empty(),
          owner.lacksBlock()
              ? "The address block of its ENI's subnet is not known, so the ENI cannot be set up."
              : "Its ENI is attached, and its link, routes and rules are not in place yet.",
          "Pods get it as soon as the ENI is set up.");
    }
    return of(ip, "free", Optional.of(since), "No pod has it.", "The next pod may get it.");
  }

  private long secondsUntil(Instant until) {
    return Math.max(0, (Duration.between(now, until).toMillis() + 999) / 1000);
  }

  private Address of(Ip ip, String word, Optional<Instant> since, String why, String doing) {
    return new Address(ip, word, Optional.of(owner.facts()), PodRef.UNKNOWN, "", since, why, doing);
  }
}
