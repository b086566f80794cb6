package io.vpccni.ipamd.pool.ledger;

import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.pcollections.PMap;
import org.pcollections.PSet;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * The ledger knows who has which address. Every change of an ENI, a CIDR, an address or a holding
 * is a method of this class and returns the ledger after the change, so that indexes change
 * together with what they point to.
 *
 * @param table the ENIs with their CIDRs
 * @param pods the holdings
 * @param resting addresses that cool down, the first to become free first
 * @param reclaims what is being given back to EC2, by ENI
 * @param gone what EC2 has taken back a moment ago
 */
public record Ledger(
    EniTable table,
    HoldingTable pods,
    TreePSet<Resting> resting,
    PMap<EniId, Reclaim> reclaims,
    Gone gone) {
  public static final Ledger EMPTY =
      new Ledger(
          EniTable.EMPTY, HoldingTable.EMPTY, TreePSet.empty(), TreePMap.empty(), Gone.NOTHING);

  // ---- ENIs, CIDRs and their addresses

  public EniMap enis() {
    return table.byId();
  }

  public PMap<Cidr, EniId> places() {
    return table.places();
  }

  /** Finds the ENI that has this CIDR by the index: a search of all would cost each new address. */
  public Optional<EniState> owner(Cidr cidr) {
    return table.owner(cidr);
  }

  public Optional<EniState> owner(Ip ip) {
    return table.owner(ip);
  }

  /** Changes an ENI but not which CIDRs it has, which {@link #add} and {@link #remove} do. */
  public Ledger put(EniState eni) {
    return with(table.put(eni));
  }

  /** Adds a CIDR to an ENI, which must not be on another one at the same time. */
  public Ledger add(EniState eni, Block block) {
    var owner = places().get(block.cidr());
    if (owner != null && !owner.equals(eni.id()) && enis().containsKey(owner)) {
      throw new IllegalStateException(
          block.cidr() + " is added to " + eni.id() + " and is still on " + owner);
    }
    return with(table.add(eni, block));
  }

  public Ledger remove(EniState eni, Cidr cidr) {
    return with(table.remove(eni, cidr));
  }

  /** Forgets an ENI whose CIDRs were removed before. */
  public Ledger without(EniId eni) {
    return with(table.without(eni)).endReclaim(eni);
  }

  /** Changes what one address does; nothing happens if its CIDR is not ours (any more). */
  public Ledger use(EniId id, Ip ip, AddressState use) {
    var eni = enis().get(id);
    return eni == null
        ? this
        : eni.blockOf(ip).map(block -> put(eni.with(block.with(ip, use)))).orElse(this);
  }

  // ---- holdings

  public PMap<Attachment, Holding> holdings() {
    return pods.byAttachment();
  }

  public PMap<PodRef, Attachment> served() {
    return pods.served();
  }

  public PSet<Ip> egress() {
    return pods.egress();
  }

  /** Tells whether an attachment of this sandbox has a node-local address of the other family. */
  public boolean reaches(String containerId) {
    return pods.reaching().containsKey(containerId);
  }

  public PMap<Ip, Attachment> unplaced() {
    return pods.unplaced();
  }

  /**
   * Tells whose host veth has this name. The name follows from the pod, so an older sandbox of the
   * same pod may hold something under the same name: then the link is the newer one's.
   */
  public Optional<Attachment> vethOwner(String name) {
    return Optional.ofNullable(pods.veths().get(name));
  }

  /** Tells who holds something for a pod by an entry that does not say the name of its link. */
  public Optional<Attachment> unnamedVethOwner(PodRef pod) {
    return Optional.ofNullable(pods.served().get(pod))
        .filter(
            holder ->
                holding(holder).filter(held -> held.wiring().hostVeths().isEmpty()).isPresent());
  }

  /** Returns what this attachment holds, if anything, even while its first save is under way. */
  public Optional<Holding> holding(Attachment attachment) {
    return Optional.ofNullable(holdings().get(attachment));
  }

  /**
   * Returns what another network has asked for under the name of this interface of this container.
   */
  public Optional<Holding> interfaceOwner(Attachment attachment) {
    return Optional.ofNullable(pods.interfaces().get(attachment.onAnyNetwork()))
        .filter(owner -> !owner.equals(attachment))
        .flatMap(this::holding);
  }

  public Ledger hold(Holding holding) {
    return with(pods.hold(holding));
  }

  public Ledger letGo(Holding holding) {
    return with(pods.letGo(holding));
  }

  /** Takes note that an address of a holding lies in no CIDR of ours. */
  public Ledger unplace(Ip ip, Attachment holder) {
    return with(pods.unplace(ip, holder));
  }

  /**
   * Takes note that an address of a holding lies in a CIDR of ours after all, or is held no longer.
   */
  public Ledger place(Ip ip) {
    return with(pods.place(ip));
  }

  // ---- rest

  public Ledger rest(Resting rest) {
    return new Ledger(table, pods, resting.plus(rest), reclaims, gone);
  }

  public Ledger rested(Resting rest) {
    return new Ledger(table, pods, resting.minus(rest), reclaims, gone);
  }

  // ---- what is given back, and what is gone

  public Ledger reclaim(EniId eni, Reclaim reclaim) {
    return new Ledger(table, pods, resting, reclaims.plus(eni, reclaim), gone);
  }

  public Ledger endReclaim(EniId eni) {
    return new Ledger(table, pods, resting, reclaims.minus(eni), gone);
  }

  public PMap<Cidr, Instant> goneCidrs() {
    return gone.cidrs();
  }

  public PMap<EniId, Instant> goneEnis() {
    return gone.enis();
  }

  public Ledger gone(Cidr cidr, Instant until) {
    return with(gone.gone(cidr, until));
  }

  public Ledger gone(EniId eni, Instant until) {
    return with(gone.gone(eni, until));
  }

  /** Takes over what the previous process knew to be gone. */
  public Ledger gone(Map<Cidr, Instant> cidrs, Map<EniId, Instant> enis) {
    return with(Gone.of(cidrs, enis));
  }

  /**
   * Allows a CIDR to be listed again, because it was given to us anew or no list is old enough to
   * be wrong.
   */
  public Ledger back(Cidr cidr) {
    return with(gone.back(cidr));
  }

  public Ledger back(EniId eni) {
    return with(gone.back(eni));
  }

  private Ledger with(EniTable next) {
    return new Ledger(next, pods, resting, reclaims, gone);
  }

  private Ledger with(HoldingTable next) {
    return new Ledger(table, next, resting, reclaims, gone);
  }

  private Ledger with(Gone next) {
    return new Ledger(table, pods, resting, reclaims, next);
  }
}
