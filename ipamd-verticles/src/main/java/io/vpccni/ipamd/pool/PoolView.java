package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.rpc.time.ElapsedClock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Shows the pool to others, who may read it only.
 *
 * @param at the time of the last event; its date, and that of every instant here, is known to the
 *     {@link ElapsedClock} of the process
 * @param enis by card, then device number
 * @param holdings by address
 * @param pendingVeths host veths whose deletion was promised
 * @param numbers of all cards together
 */
public record PoolView(
    Instant at,
    PoolSettings settings,
    Node node,
    Readiness readiness,
    List<Card> cards,
    List<Eni> enis,
    List<Holding> holdings,
    List<String> pendingVeths,
    List<Condition> conditions,
    PoolNumbers numbers)
    implements BusMessage {
  public PoolView {
    cards = List.copyOf(cards);
    enis = List.copyOf(enis);
    holdings = List.copyOf(holdings);
    pendingVeths = List.copyOf(pendingVeths);
    conditions = List.copyOf(conditions);
  }

  /** This is what is known of the node. */
  public record Node(NodeState state, Optional<NodeFacts> facts, Optional<Limits> limits) {}

  /** This tells whether an ADD could succeed now; a node that is full is ready. */
  public sealed interface Readiness {
    record Ready() implements Readiness {}

    /** An ADD would fail; pods that run are not affected. */
    record NotReady(String why) implements Readiness {}
  }

  /**
   * This is one network card with its addresses and ENIs.
   *
   * @param totalPrefixes prefixes, of whatever family
   */
  public record Card(int networkCard, CardAddresses addresses, CardEnis enis, int totalPrefixes) {}

  /**
   * These are the addresses of a network card.
   *
   * @param inFlight asked of EC2 and not answered yet
   * @param limit how many the card may hold with all its ENIs; {@link Long#MAX_VALUE} for IPv6
   */
  public record CardAddresses(
      long total,
      long assigned,
      long free,
      long cooling,
      long quarantined,
      long inFlight,
      long limit) {}

  /**
   * These are the ENIs of a network card.
   *
   * @param attached those that take a slot, unmanaged ones included
   * @param most how many the card may carry
   * @param unmanaged those that take a slot and are not ours
   */
  public record CardEnis(int attached, int most, int unmanaged) {
    /** Returns how many of them are the pool's. */
    public int managed() {
      return attached - unmanaged;
    }

    /** Returns how many the pool may have, which is never negative. */
    public int mostManaged() {
      return Math.max(0, most - unmanaged);
    }
  }

  /**
   * @param inPool false for ENIs that are not managed, are being freed, or are gone
   */
  public record Eni(
      AttachedEni facts,
      int routeTable,
      boolean inPool,
      long free,
      long assigned,
      long cooling,
      long quarantined,
      List<CidrView> cidrs) {
    public Eni {
      cidrs = List.copyOf(cidrs);
    }
  }

  /**
   * @param releasing it is being given back to EC2, or was before a restart: EC2 may have it by now
   * @param addresses only those that have or had a pod
   */
  public record CidrView(Cidr cidr, boolean releasing, Map<Ip, AddressView> addresses) {
    public CidrView {
      addresses = Map.copyOf(addresses);
    }
  }

  /**
   * @param holding absent if no pod has it now
   * @param state {@code assigned}, {@code cooling}, {@code quarantined} or {@code free}
   * @param releasedAt when it was last released, where that is known
   */
  public record AddressView(
      Ip ip, String state, Optional<Holding> holding, Optional<Instant> releasedAt) {}
}
