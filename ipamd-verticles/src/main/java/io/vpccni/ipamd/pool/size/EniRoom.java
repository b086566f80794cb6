package io.vpccni.ipamd.pool.size;

import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.pool.Limits;
import io.vpccni.ipamd.pool.ask.Backoffs;
import io.vpccni.ipamd.pool.ask.Ec2Action;
import io.vpccni.ipamd.pool.ledger.EniState;
import io.vpccni.ipamd.pool.state.Figures;
import io.vpccni.ipamd.pool.state.InFlightRequest;
import io.vpccni.ipamd.pool.state.Transition;
import java.time.Instant;

/** Tells how much more an ENI can be asked to hold, of what, and from when on. */
final class EniRoom {
  private EniRoom() {}

  /** Returns how many CIDRs may be asked for on this ENI now. */
  static int room(Transition transition, EniState eni) {
    if (!eni.mayGrow(transition.settings().enis().customNetworking())
        || transition.ledger.reclaims().containsKey(eni.id())
        || HostSubnets.blockAround(transition, eni).isPresent()
        || assignmentPauses(transition, eni).isAfter(transition.now())) {
      return 0;
    }
    for (var asked : transition.cloud.inFlight().values()) {
      if (asked instanceof InFlightRequest.ToAssign(var id, var _, var _, var _)
          && id.equals(eni.id())) {
        return 0;
      }
    }
    return openSlots(transition, eni);
  }

  /** Returns how many more CIDRs the ENI can hold. */
  static int openSlots(Transition transition, EniState eni) {
    int slots =
        transition.settings().kind() == AddressKind.IPV6_PREFIX
            ? 1
            : transition.context.limits().map(Limits::slotsPerEni).orElse(0);
    return slots - eni.blocks().size();
  }

  /** Returns how many addresses the ENI gets with each CIDR that it is asked for. */
  static long perSlot(Transition transition, EniState eni) {
    return Figures.perBlock(kindFor(transition, eni));
  }

  /** Returns what the ENI is asked for: prefixes, unless its subnet has none left for them. */
  static AddressKind kindFor(Transition transition, EniState eni) {
    return transition.settings().kind() == AddressKind.IPV4_PREFIX
            && transition.usable().singlesToo(eni)
        ? AddressKind.SECONDARY_IP
        : transition.settings().kind();
  }

  /**
   * Returns until when no address is asked for on that ENI, or {@link Instant#EPOCH} if one may be
   * now.
   */
  static Instant assignmentsPause(Transition transition, EniState eni) {
    var all = Backoffs.until(transition, Ec2Action.ASSIGN, "");
    var one = assignmentPauses(transition, eni);
    return all.isAfter(one) ? all : one;
  }

  /** Returns until when no address is asked for on that ENI in particular. */
  private static Instant assignmentPauses(Transition transition, EniState eni) {
    return Backoffs.until(
        transition, Ec2Action.ASSIGN, eni.id().value(), eni.facts().subnet().value());
  }
}
