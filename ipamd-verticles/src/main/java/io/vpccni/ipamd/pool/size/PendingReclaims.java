package io.vpccni.ipamd.pool.size;

import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pool.ask.Backoffs;
import io.vpccni.ipamd.pool.ask.Ec2Action;
import io.vpccni.ipamd.pool.ledger.BlockState;
import io.vpccni.ipamd.pool.ledger.EniState;
import io.vpccni.ipamd.pool.ledger.Reclaim;
import io.vpccni.ipamd.pool.state.Transition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Counts what EC2 is taking back. Pods could use it until then, and once EC2 has it, its place can
 * be filled again.
 */
final class PendingReclaims {
  private PendingReclaims() {}

  /** Returns how many slots of the ENI are filled by CIDRs of the mode in force that leave it. */
  static int slots(Transition transition, EniState eni) {
    var reclaim = transition.ledger.reclaims().get(eni.id());
    if (reclaim == null || reclaim.wholeEni()) return 0;
    var usable = transition.usable();
    int slots = 0;
    for (var cidr : reclaim.cidrs()) {
      var block = eni.blocks().get(cidr);
      if (block == null || block.state() != BlockState.LEAVING) continue;
      // EC2 is not asked for any of them while a pod has an address of one.
      if (!reclaim.asked() && !block.unused()) return 0;
      if (usable.has(eni, block)) slots++;
    }
    return slots;
  }

  /**
   * Returns when EC2 can be asked to take each ENI of the card that leaves as a whole, in order.
   */
  static List<Instant> enis(Transition transition, int card) {
    var times = new ArrayList<Instant>();
    for (var entry : transition.ledger.reclaims().entrySet()) {
      var eni = transition.ledger.enis().get(entry.getKey());
      if (eni != null && eni.card() == card && leavesWhole(eni, entry.getValue())) {
        times.add(askedAt(transition, eni.id(), entry.getValue()));
      }
    }
    Collections.sort(times);
    return times;
  }

  /**
   * Returns when EC2 can be asked to take what is marked, or {@link Instant#EPOCH} if it can be or
   * was asked.
   */
  static Instant askedAt(Transition transition, EniId id, Reclaim reclaim) {
    var action = reclaim.wholeEni() ? Ec2Action.FREE : Ec2Action.UNASSIGN;
    return reclaim.asked() ? Instant.EPOCH : Backoffs.until(transition, action, "", id.value());
  }

  private static boolean leavesWhole(EniState eni, Reclaim reclaim) {
    return reclaim.wholeEni() && (reclaim.asked() || eni.all().inUse() == 0);
  }

  /** Says what EC2 is taking back now, for a person who reads a refusal; empty if nothing. */
  static String outlook(Transition transition) {
    int cidrs = 0;
    int enis = 0;
    for (var entry : transition.ledger.reclaims().entrySet()) {
      var eni = transition.ledger.enis().get(entry.getKey());
      if (eni == null || !entry.getValue().asked()) continue;
      cidrs += slots(transition, eni);
      enis += entry.getValue().wholeEni() ? 1 : 0;
    }
    return givenBack(cidrs, "CIDR") + givenBack(enis, "ENI");
  }

  private static String givenBack(int count, String what) {
    return switch (count) {
      case 0 -> "";
      case 1 -> "; 1 " + what + " is being given back to EC2";
      default -> "; " + count + " " + what + "s are being given back to EC2";
    };
  }
}
