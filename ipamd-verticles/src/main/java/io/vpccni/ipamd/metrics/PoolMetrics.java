package io.vpccni.ipamd.metrics;

import io.vpccni.ipamd.metrics.Exposition.Kind;
import io.vpccni.ipamd.pool.PoolView;
import java.util.List;
import java.util.Map;

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
    gauge(out, "awscni_eni_allocated", "ENIs in the pool", enis);
    gauge(out, "awscni_eni_max", "ENIs that may be attached", most);
    gauge(out, "awscni_ip_max", "Addresses that all ENIs may hold", limit);
    gauge(out, "awscni_total_ip_addresses", "Addresses that pods have or may get", total);
    gauge(out, "awscni_assigned_ip_addresses", "Addresses that pods have", assigned);
    gauge(out, "awscni_total_ipv4_prefixes", "Prefixes in the pool", prefixes);
    var numbers = view.numbers();
    gauge(out, "awscni_free_ip_addresses", "Addresses that pods may get now", numbers.free());
    gauge(out, "awscni_cooling_ip_addresses", "Addresses that rest", numbers.cooling());
    gauge(
        out,
        "awscni_quarantined_ip_addresses",
        "Addresses that a link uses without an entry",
        numbers.quarantined());
    gauge(out, "awscni_waiting_adds", "ADD calls that wait for an address", numbers.waiting());
    inProgress(out, numbers.inFlight() > 0);
    byEni(out, view);
    conditions(out, view);
  }

  /** Writes the reference's actions; here only growing takes a noticeable time. */
  private static void inProgress(Exposition out, boolean growing) {
    var name = "awscni_ipamd_action_inprogress";
    out.declare(name, Kind.GAUGE, "What the agent is doing");
    out.sample(name, "", Map.of("fn", "increaseDatastorePool"), growing ? 1 : 0);
    for (var fn : List.of("nodeInit", "decreaseDatastorePool", "nodeIPPoolReconcile")) {
      out.sample(name, "", Map.of("fn", fn), 0);
    }
  }

  private static void byEni(Exposition out, PoolView view) {
    var perEni = "awscni_assigned_ip_per_eni";
    var perCidr = "awscni_assigned_ip_per_cidr";
    for (var eni : view.enis()) {
      if (!eni.inPool()) continue;
      out.declare(perEni, Kind.GAUGE, "Addresses of an ENI that pods have");
      out.sample(perEni, "", Map.of("eni", eni.facts().id().value()), eni.assigned());
      for (var cidr : eni.cidrs()) {
        if (cidr.addresses().isEmpty()) continue;
        long used =
            cidr.addresses().values().stream().filter(one -> one.holding().isPresent()).count();
        out.declare(perCidr, Kind.GAUGE, "Addresses of a CIDR that pods have");
        out.sample(perCidr, "", Map.of("cidr", cidr.cidr().toString()), used);
      }
    }
  }

  private static void conditions(Exposition out, PoolView view) {
    for (var condition : view.conditions()) {
      out.declare("awscni_condition", Kind.GAUGE, "Named things that are not as they should be");
      out.sample(
          "awscni_condition",
          "",
          AgentMetrics.labels("name", condition.key().name(), "subject", condition.key().subject()),
          1);
    }
  }

  private static void gauge(Exposition out, String name, String help, long value) {
    out.single(name, Kind.GAUGE, help, value);
  }
}
