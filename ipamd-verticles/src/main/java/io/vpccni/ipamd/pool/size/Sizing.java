package io.vpccni.ipamd.pool.size;

import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.pool.Limits;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.state.Figures;
import io.vpccni.ipamd.pool.state.Transition;
import io.vpccni.ipamd.pool.state.Waiter;
import java.util.OptionalInt;

/**
 * This is the arithmetic of the warm targets for one network card. The formulas and figures are
 * those of amazon-vpc-cni-k8s; what counts as available differs (see {@code docs/differences.md}).
 *
 * @param total addresses that pods have or can get, now or after their rest
 * @param assigned by pods
 * @param ready for pods that have none yet: free and in flight
 * @param claims how many of these waiting pods will take; may be more than are ready
 * @param freeBlocks CIDRs without any use, in flight included
 * @param eniAddresses addresses that one ENI can hold
 * @param prefixes whether CIDRs are prefixes of 16
 */
public record Sizing(
    long total,
    long assigned,
    long ready,
    long claims,
    int freeBlocks,
    long eniAddresses,
    boolean prefixes,
    Targets targets,
    OptionalInt maxPods) {

  public static final int PREFIX = 16;

  /** Returns how many addresses are left for new pods; less than nothing where some are missing. */
  public long available() {
    return ready - claims;
  }

  /** Returns how many prefixes hold that many addresses. */
  static long ceil16(long addresses) {
    return Math.max(addresses + PREFIX - 1, 0) / PREFIX;
  }

  /**
   * Returns what is missing for the IP targets, in addresses or in prefixes, or 0 if no targets are
   * defined.
   */
  long shortage() {
    if (!targets.ipTargetsDefined()) {
      return 0;
    }
    return prefixes ? ceil16(missingAddresses()) : missingAddresses();
  }

  /**
   * Returns how many addresses are missing for the IP targets, or else for those who wait; 0 or
   * more.
   */
  long missingAddresses() {
    long warm = Math.max(targets.warmIp() - available(), 0);
    long missing = Math.max(warm, targets.minimumIp() - total);
    return targets.ipTargetsDefined() ? Math.max(missing, 0) : missingForPods();
  }

  /** Returns how many addresses are missing for the pods that are known; 0 or more. */
  long missingForPods() {
    return Math.max(-available(), 0);
  }

  /**
   * Returns how much there is beyond the targets, in addresses or in prefixes that are wholly free.
   */
  long surplus() {
    if (prefixes) {
      return spared(targets.ipTargetsDefined() ? freeBlocks : freeBlocks - targets.warmPrefix());
    }
    if (!targets.ipTargetsDefined()) {
      return 0;
    }
    long over = Math.max(available() - targets.warmIp(), 0);
    return Math.max(Math.min(over, total - targets.minimumIp()), 0);
  }

  /** Returns that many free prefixes or fewer, so that the pool is not too low without them. */
  private long spared(int over) {
    int less = Math.max(over, 0);
    while (less > 0 && without((long) less * PREFIX, less).tooLow()) {
      less--;
    }
    return less;
  }

  /** Tells whether the node has addresses for all the pods it has and may have. */
  boolean capped() {
    return useful() <= 0;
  }

  /**
   * Returns how many more addresses the node's pods can use. Those that wait are real, whatever the
   * node's limit says.
   */
  long useful() {
    return maxPods.isPresent()
        ? Math.max(maxPods.getAsInt() - assigned - ready, missingForPods())
        : Long.MAX_VALUE;
  }

  boolean tooLow() {
    if (capped()) {
      return false;
    }
    if (targets.ipTargetsDefined()) {
      return shortage() > 0;
    }
    long warm = prefixes ? (long) PREFIX * targets.warmPrefix() : eniAddresses * targets.warmEni();
    return warm == 0 ? available() <= 0 : available() < warm;
  }

  /**
   * Returns how many CIDRs to ask for, and 0 if the pool is not too low. With IP targets that is
   * what is missing, otherwise an ENI's worth or the missing prefixes, but no more than the node's
   * pods can use.
   */
  long wanted() {
    if (!tooLow()) {
      return 0;
    }
    long cap = useful();
    if (!prefixes) {
      return Math.min(targets.ipTargetsDefined() ? shortage() : eniAddresses, cap);
    }
    long missing =
        targets.ipTargetsDefined()
            ? shortage()
            : Math.max(
                targets.warmPrefix() - (long) freeBlocks,
                ceil16((long) PREFIX * targets.warmPrefix() - available()));
    return Math.min(Math.max(missing, 1), cap == Long.MAX_VALUE ? cap : ceil16(cap));
  }

  /**
   * Returns how many single addresses replace that many prefixes: as many as are missing, where
   * that is known.
   */
  long inSingles(long prefixes) {
    long missing = missingAddresses();
    return missing > 0 ? missing : prefixes * PREFIX;
  }

  /** Returns the same card after it has given back that much that nobody uses. */
  Sizing without(long addresses, int blocksLess) {
    return new Sizing(
        total - addresses,
        assigned,
        ready - addresses,
        claims,
        freeBlocks - blocksLess,
        eniAddresses,
        prefixes,
        targets,
        maxPods);
  }

  /**
   * Tells whether an ENI without pods may go, which needs the others to satisfy every target that
   * is set.
   */
  boolean maySpare(long itsFree, int itsFreeBlocks) {
    var rest = without(itsFree, itsFreeBlocks);
    if (rest.tooLow()) {
      return false;
    }
    long warm = prefixes ? ceil16(targets.warmIp()) * PREFIX : targets.warmIp();
    long minimum = prefixes ? ceil16(targets.minimumIp()) * PREFIX : targets.minimumIp();
    return rest.available() >= warm
        && rest.total >= minimum
        && (!prefixes || rest.freeBlocks >= targets.warmPrefix());
  }

  static Sizing of(Transition transition, Figures figures) {
    var tally = figures.tally();
    var targets = figures.card() == 0 ? transition.settings().targets() : Targets.OTHER_CARDS;
    boolean prefixes = transition.settings().kind() == AddressKind.IPV4_PREFIX;
    long coming = figures.inFlight().addresses();
    long slots = transition.context.limits().map(Limits::slotsPerEni).orElse(0);
    return new Sizing(
        tally.total() + coming,
        tally.assigned(),
        tally.free() + coming,
        claims(transition, figures.card()),
        figures.units().free() + figures.inFlight().units(),
        slots * Figures.perBlock(transition.settings().kind()),
        prefixes,
        targets,
        figures.card() == 0 ? transition.context.node().maxPods() : OptionalInt.empty());
  }

  /**
   * Returns how many addresses will be taken at once by calls that wait and by pods bound to this
   * node.
   */
  private static long claims(Transition transition, int card) {
    var waiting = transition.calls.queue().values().stream();
    if (card > 0) {
      return waiting.filter(Waiter::everyCard).count();
    }
    long bound =
        transition.context.demand().isEmpty()
            ? 0
            : transition.context.demand().size()
                - waiting
                    .filter(waiter -> transition.context.demand().contains(waiter.pod()))
                    .count();
    return transition.calls.queue().size() + Math.max(bound, 0);
  }
}
