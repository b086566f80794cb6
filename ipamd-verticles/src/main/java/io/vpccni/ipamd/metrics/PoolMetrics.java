package io.vpccni.ipamd.metrics;

import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.pool.PoolView;

/**
 * These are the pool's gauges: sums over all network cards, unlike the reference, where the last
 * one won.
 */
final class PoolMetrics {
  private PoolMetrics() {}

  static void write(Exposition out, PoolView view) {
    long total = 0;
    long assigned = 0;
    long prefixes = 0;
    long enis = 0;
    long most = 0;
    long limit = 0;
    for (var card : view.cards()) {
      total += card.addresses().total();
      assigned += card.addresses().assigned();
      prefixes += card.totalPrefixes();
      enis += card.enis().managed();
      most += card.enis().mostManaged();
      limit += card.addresses().limit();
    }
    boolean ipv6 = view.settings().kind() == AddressKind.IPV6_PREFIX;
    out.sample(Family.ENIS, enis);
    out.sample(Family.ENIS_MOST, most);
    out.sample(Family.ADDRESSES_MOST, ipv6 ? 0 : limit);
    out.sample(Family.ADDRESSES, total);
    out.sample(Family.ASSIGNED, assigned);
    out.sample(Family.PREFIXES, ipv6 ? 0 : prefixes);
    var numbers = view.numbers();
    out.sample(Family.FREE, numbers.free());
    out.sample(Family.COOLING, numbers.cooling());
    out.sample(Family.QUARANTINED, numbers.quarantined());
    out.sample(Family.WAITING, numbers.waiting());
    actions(out, view);
    byEni(out, view);
    SubnetMetrics.write(out, view);
    for (var condition : view.conditions()) {
      out.sample(Family.CONDITION, 1, condition.key().name(), condition.key().subject());
    }
  }

  /** Writes the reference's actions. Comparing with EC2 is one step of the pool, so never seen. */
  private static void actions(Exposition out, PoolView view) {
    out.sample(Family.ACTIONS, view.cards().isEmpty() ? 1 : 0, "nodeInit");
    out.sample(Family.ACTIONS, view.numbers().inFlight() > 0 ? 1 : 0, "increaseDatastorePool");
    out.sample(Family.ACTIONS, givesBack(view) ? 1 : 0, "decreaseDatastorePool");
    out.sample(Family.ACTIONS, 0, "nodeIPPoolReconcile");
  }

  private static boolean givesBack(PoolView view) {
    return view.enis().stream()
        .anyMatch(eni -> eni.cidrs().stream().anyMatch(PoolView.CidrView::releasing));
  }

  private static void byEni(Exposition out, PoolView view) {
    for (var eni : view.enis()) {
      if (!eni.inPool()) continue;
      out.sample(Family.ASSIGNED_BY_ENI, eni.assigned(), eni.facts().id().value());
      for (var cidr : eni.cidrs()) {
        if (cidr.addresses().isEmpty()) continue;
        long used =
            cidr.addresses().values().stream().filter(one -> one.holding().isPresent()).count();
        out.sample(Family.ASSIGNED_BY_CIDR, used, cidr.cidr().toString());
      }
    }
  }
}
