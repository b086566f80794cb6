package io.vpccni.ipamd.simulation;

import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.HostVeth;
import io.vpccni.rpc.address.Ip;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** These are the host ends of pods; no two of them may ever route to one address. */
final class SimulatedVeths {
  private final Map<String, Set<Ip>> links = new TreeMap<>();

  void add(String veth, Holding holding) {
    var ips = new HashSet<Ip>();
    holding.addresses().forEach(held -> ips.add(held.ip()));
    links.forEach(
        (other, routed) -> {
          if (!other.equals(veth) && routed.stream().anyMatch(ips::contains)) {
            throw new Violation(veth + " and " + other + " both route to one of " + ips);
          }
        });
    links.put(veth, ips);
  }

  void remove(String veth) {
    links.remove(veth);
  }

  Set<Ip> routed(String veth) {
    return links.getOrDefault(veth, Set.of());
  }

  List<HostVeth> all() {
    var seen = new ArrayList<HostVeth>();
    links.forEach((name, ips) -> seen.add(new HostVeth(name, ips)));
    return seen;
  }
}
