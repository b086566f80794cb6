package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * This is what survives the process: all that the checkpoint files hold. Its instants are those of
 * the pool's clock, or dates where it is on its way to a file or from one.
 *
 * @param agent absent where the reference wrote the file
 */
public record Durable(List<Holding> holdings, Optional<Agent> agent) {
  public static final Durable NOTHING = new Durable(List.of(), Optional.empty());

  /** Files that were set aside for another instance end in this and its id. */
  public static final String OF_INSTANCE = ".of-";

  public Durable {
    holdings = List.copyOf(holdings);
  }

  /** Returns the same by a clock that is this much ahead. */
  public Durable onClockAhead(Duration by) {
    if (by.isZero()) return this;
    return new Durable(
        holdings.stream().map(held -> held.withAssignedAt(held.assignedAt().plus(by))).toList(),
        agent.map(known -> known.onClockAhead(by)));
  }

  /** Returns the same, with nothing given to a pod later than that. */
  public Durable givenBefore(Instant latest) {
    return new Durable(
        holdings.stream()
            .map(held -> held.assignedAt().isAfter(latest) ? held.withAssignedAt(latest) : held)
            .toList(),
        agent);
  }

  private static <K> Map<K, Instant> ahead(Map<K, Instant> instants, Duration by) {
    return instants.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, entry -> entry.getValue().plus(by)));
  }

  /**
   * This is what the reference does not store.
   *
   * @param cooling released addresses and until when they rest
   * @param quarantined addresses that a live veth uses without an entry, with that veth's name
   * @param pendingVeths host veths whose deletion was promised
   * @param goneCidrs given back to EC2, and until when a describe that still shows them is stale
   * @param goneEnis freed, likewise
   */
  public record Agent(
      Optional<NodeFacts> facts,
      Optional<Limits> limits,
      List<SavedEni> enis,
      Map<Ip, Instant> cooling,
      Map<Ip, String> quarantined,
      Set<String> pendingVeths,
      Map<Cidr, Instant> goneCidrs,
      Map<EniId, Instant> goneEnis) {
    public Agent {
      enis = List.copyOf(enis);
      cooling = Map.copyOf(cooling);
      quarantined = Map.copyOf(quarantined);
      pendingVeths = Set.copyOf(pendingVeths);
      goneCidrs = Map.copyOf(goneCidrs);
      goneEnis = Map.copyOf(goneEnis);
    }

    private Agent onClockAhead(Duration by) {
      return new Agent(
          facts,
          limits,
          enis.stream().map(eni -> eni.onClockAhead(by)).toList(),
          ahead(cooling, by),
          quarantined,
          pendingVeths,
          ahead(goneCidrs, by),
          ahead(goneEnis, by));
    }
  }

  /**
   * Describes an ENI as it was last known; its free addresses are what no other list names.
   *
   * @param releasing CIDRs that were about to be given back: EC2 may have taken them already
   * @param freeing the whole ENI was about to be freed
   * @param young CIDRs so new that a describe may not show them yet, and since when we have them
   */
  public record SavedEni(
      AttachedEni eni,
      int routeTable,
      Set<Cidr> releasing,
      boolean freeing,
      Map<Cidr, Instant> young) {
    public SavedEni {
      releasing = Set.copyOf(releasing);
      young = Map.copyOf(young);
    }

    private SavedEni onClockAhead(Duration by) {
      return new SavedEni(eni, routeTable, releasing, freeing, ahead(young, by));
    }
  }
}
