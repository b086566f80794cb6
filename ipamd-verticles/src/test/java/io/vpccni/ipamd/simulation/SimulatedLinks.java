package io.vpccni.ipamd.simulation;

import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pod.HostAddress;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.pool.state.RequestId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * This is what net-programmer says of the links of pods and of ENIs, some of which come late, and
 * of the host's own addresses.
 */
final class SimulatedLinks {
  private final VirtualTime time;
  private final SimulatedNode node;
  private final Safety safety;
  private final Set<String> missing = new HashSet<>();
  private final List<HostAddress> local = new ArrayList<>();

  SimulatedLinks(VirtualTime time, SimulatedNode node, Safety safety) {
    this.time = time;
    this.node = node;
    this.safety = safety;
  }

  void list(RequestId id) {
    if (node.strikes(Fault.VETHS_UNKNOWN, 20)) {
      node.later(
          Duration.ofMillis(500),
          () -> node.tell(new PoolEvent.VethsUnknown(id, "no answer", node.clock.now())));
    } else {
      node.later(
          Duration.ofMillis(node.chance.nextInt(10)),
          () -> {
            var seen = node.pods.links();
            var addresses = List.copyOf(local);
            safety.listed();
            node.later(
                Duration.ofMillis(node.chance.nextInt(10)),
                () -> {
                  safety.told(addresses, node.clock.now());
                  node.tell(new PoolEvent.VethsListed(id, seen, addresses, node.clock.now()));
                });
          });
    }
  }

  /**
   * Another program gives the host an address or a block of them, and takes it away again after
   * some minutes.
   */
  void giveHost(HostAddress address) {
    if (local.contains(address)) {
      return;
    }
    local.add(address);
    changed();
    time.in(Duration.ofSeconds(10 + node.chance.nextInt(600)), () -> takeFromHost(address));
  }

  private void takeFromHost(HostAddress address) {
    local.remove(address);
    safety.tookFromHost(address);
    changed();
  }

  /** The notification may be lost; then the next audit finds what changed. */
  private void changed() {
    if (node.chance.nextBoolean()) {
      node.later(
          Duration.ofMillis(100),
          () -> node.tell(new PoolEvent.HostAddressesChanged(node.clock.now())));
    }
  }

  void apply(List<AttachedEni> enis) {
    var tables = new HashMap<EniId, Integer>();
    var missing = new HashSet<EniId>();
    for (var eni : enis) {
      if (!eni.routable()) continue;
      boolean late =
          this.missing.contains(eni.mac())
              ? node.chance.nextBoolean()
              : node.strikes(Fault.LINK_LATE, 12);
      if (late && node.faulty) {
        this.missing.add(eni.mac());
        missing.add(eni.id());
      } else {
        this.missing.remove(eni.mac());
        tables.put(eni.id(), eni.primary() ? 254 : eni.deviceNumber() + 1);
      }
    }
    node.later(
        Duration.ofMillis(5),
        () -> node.tell(new PoolEvent.HostApplied(tables, missing, node.clock.now())));
  }
}
