package io.vpccni.ipamd.pool.ledger;

import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pcollections.PMap;
import org.pcollections.TreePMap;

/** This is one ENI of the pool. Its sums follow each change, so that reading them costs nothing. */
public final class EniState {

  private final AttachedEni facts;

  private final int table;

  private final boolean linked;

  private final BlockState state;

  private final Instant since;

  private final PMap<Cidr, Block> blocks;
  private final Tally singles;
  private final Tally prefixes;
  private final Tally all;

  private EniState(
      AttachedEni facts,
      int table,
      boolean linked,
      BlockState state,
      Instant since,
      PMap<Cidr, Block> blocks,
      Tally singles,
      Tally prefixes) {
    this.facts = facts;
    this.table = table;
    this.linked = linked;
    this.state = state;
    this.since = since;
    this.blocks = blocks;
    this.singles = singles;
    this.prefixes = prefixes;
    this.all = singles.plus(prefixes);
  }

  /**
   * Makes an ENI without addresses. Only the primary one is linked from the start, because it needs
   * no set-up.
   */
  public static EniState fresh(AttachedEni facts, Instant since) {
    return new EniState(
        facts,
        tableOf(facts),
        facts.primary(),
        BlockState.LIVE,
        since,
        TreePMap.empty(),
        Tally.NONE,
        Tally.NONE);
  }

  /**
   * Returns the number of the ENI's route table, which is the one that amazon-vpc-cni-k8s uses, so
   * that either agent finds the other's routes.
   */
  public static int tableOf(AttachedEni eni) {
    if (eni.networkCard() == 0) {
      return eni.deviceNumber() == 0 ? HeldAddress.MAIN_TABLE : eni.deviceNumber() + 1;
    }
    return 10_000 + 100 * eni.networkCard() + eni.deviceNumber();
  }

  /** Returns what EC2 says of the ENI. */
  public AttachedEni facts() {
    return facts;
  }

  /** Returns the number of its route table. */
  public int table() {
    return table;
  }

  /**
   * Tells whether its link, routes and rules are in place. Until then no pod could use an address
   * of it.
   */
  public boolean linked() {
    return linked;
  }

  public BlockState state() {
    return state;
  }

  /** Returns when the pool learned of it. */
  public Instant since() {
    return since;
  }

  public PMap<Cidr, Block> blocks() {
    return blocks;
  }

  /** Returns the sums of its single addresses. */
  public Tally singles() {
    return singles;
  }

  public Tally prefixes() {
    return prefixes;
  }

  public EniId id() {
    return facts.id();
  }

  public int card() {
    return facts.networkCard();
  }

  /** Tells whether pods may get addresses of it now. */
  public boolean serves() {
    return counts() && linked;
  }

  /**
   * Tells whether its addresses count when the pool is sized, which those that still wait for the
   * link do. Those of an ENI that cannot be set up do not: no link will make them work.
   */
  public boolean counts() {
    return isForPods() && facts.routable();
  }

  /** Tells whether its addresses are meant for pods and only its subnet's block is not known. */
  public boolean lacksBlock() {
    return isForPods() && facts.primaryIp().isPresent() && !facts.routable();
  }

  private boolean isForPods() {
    return state == BlockState.LIVE && facts.managed() && !facts.excluded();
  }

  /** Tells whether more addresses may be asked for. */
  public boolean mayGrow(boolean skipPrimary) {
    return counts()
        && facts.kind() != EniKind.TRUNK
        && facts.kind() != EniKind.EFA_ONLY
        && !(skipPrimary && facts.primary());
  }

  public boolean mayEverBeFreed() {
    return facts.managed() && !facts.primary() && facts.kind() == EniKind.ORDINARY;
  }

  public Tally all() {
    return all;
  }

  public Optional<Block> blockOf(Ip ip) {
    var single = blocks.get(ip.asCidr());
    if (single != null) {
      return Optional.of(single);
    }
    return Optional.ofNullable(blocks.get(Block.prefixOf(ip)));
  }

  public EniState with(Block block) {
    var old = blocks.get(block.cidr());
    return holding(blocks.plus(block.cidr(), block), old, block);
  }

  EniState without(Cidr cidr) {
    return holding(blocks.minus(cidr), blocks.get(cidr), null);
  }

  /** Puts those of the CIDRs that it has into another state. */
  public EniState in(BlockState next, Collection<Cidr> cidrs) {
    var changed = blocks;
    var ones = singles;
    var many = prefixes;
    for (var cidr : cidrs) {
      var before = changed.get(cidr);
      if (before == null) continue;
      var after = before.in(next);
      changed = changed.plus(cidr, after);
      ones = follow(ones, true, before, after);
      many = follow(many, false, before, after);
    }
    return new EniState(facts, table, linked, state, since, changed, ones, many);
  }

  /**
   * The sums follow the one block that changed, because adding up all blocks would cost each
   * decision.
   */
  private EniState holding(PMap<Cidr, Block> next, @Nullable Block gone, @Nullable Block come) {
    var ones = follow(singles, true, gone, come);
    var many = follow(prefixes, false, gone, come);
    return new EniState(facts, table, linked, state, since, next, ones, many);
  }

  private static Tally follow(
      Tally sums, boolean ofSingles, @Nullable Block gone, @Nullable Block come) {
    var less = gone != null && gone.single() == ofSingles ? sums.minus(gone.tally()) : sums;
    return come != null && come.single() == ofSingles ? less.plus(come.tally()) : less;
  }

  public EniState in(BlockState next) {
    return new EniState(facts, table, linked, next, since, blocks, singles, prefixes);
  }

  public EniState linked(boolean now, int inTable) {
    return new EniState(facts, inTable, now, state, since, blocks, singles, prefixes);
  }

  /**
   * Takes in what EC2 or IMDS says of it now. A subnet never changes its block, so one that is not
   * shown this time is still the one that was shown before.
   */
  public EniState described(AttachedEni now) {
    var known =
        now.subnetCidr().isEmpty() && now.subnet().equals(facts.subnet())
            ? now.withSubnetCidr(facts.subnetCidr())
            : now;
    return new EniState(known, table, linked, state, since, blocks, singles, prefixes);
  }
}
