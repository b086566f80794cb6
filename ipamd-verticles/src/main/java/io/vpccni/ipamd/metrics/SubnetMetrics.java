package io.vpccni.ipamd.metrics;

import io.vpccni.ipamd.pool.PoolView;
import java.util.Map;
import java.util.TreeMap;

/** Adds up the pool's ENIs and addresses by the subnet that they are of. */
final class SubnetMetrics {
  private record Sums(long enis, long assigned, long cooling, long free, long quarantined) {
    Sums plus(Sums other) {
      return new Sums(
          enis + other.enis,
          assigned + other.assigned,
          cooling + other.cooling,
          free + other.free,
          quarantined + other.quarantined);
    }
  }

  private SubnetMetrics() {}

  static void write(Exposition out, PoolView view) {
    Map<String, Sums> subnets = new TreeMap<>();
    for (var eni : view.enis()) {
      if (!eni.inPool()) continue;
      var one = new Sums(1, eni.assigned(), eni.cooling(), eni.free(), eni.quarantined());
      subnets.merge(eni.facts().subnet().value(), one, Sums::plus);
    }
    subnets.forEach(
        (subnet, sums) -> {
          out.sample(Family.SUBNET_ENIS, sums.enis, subnet);
          out.sample(Family.SUBNET_ADDRESSES, sums.assigned, "assigned", subnet);
          out.sample(Family.SUBNET_ADDRESSES, sums.cooling, "cooling", subnet);
          out.sample(Family.SUBNET_ADDRESSES, sums.free, "free", subnet);
          out.sample(Family.SUBNET_ADDRESSES, sums.quarantined, "quarantined", subnet);
        });
  }
}
