package io.vpccni.ipamd.pool.truth;

import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pool.ask.Backoffs;
import io.vpccni.ipamd.pool.ask.Dataplane;
import io.vpccni.ipamd.pool.ledger.Block;
import io.vpccni.ipamd.pool.ledger.BlockState;
import io.vpccni.ipamd.pool.ledger.EniState;
import io.vpccni.ipamd.pool.state.Backoff;
import io.vpccni.ipamd.pool.state.Cloud;
import io.vpccni.ipamd.pool.state.Transition;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Compares what the pool believes with what IMDS shows. IMDS lags behind EC2, so a difference is a
 * reason to look and no proof.
 */
public final class ImdsReconciliation {
  /** In IMDS-only mode, this many equal reads over {@link #EQUAL_FOR} count as EC2's word. */
  private static final int EQUAL_READS = 3;

  private static final Duration EQUAL_FOR = Duration.ofMinutes(1);

  /** A difference that EC2 has denied is not asked about again before that. */
  private static final Duration DENIED = Duration.ofMinutes(10);

  private ImdsReconciliation() {}

  public static void compare(Transition transition, List<AttachedEni> listed) {
    if (listed.isEmpty() || !transition.context.started()) {
      return;
    }
    Ec2Reconciliation.compared(transition, listed);
    learnBlocks(transition, listed);
    var digest = difference(transition, listed);
    if (digest.isEmpty()) {
      transition.cloud = transition.cloud.withHint(Optional.empty());
      return;
    }
    var hint =
        transition
            .cloud
            .hint()
            .filter(known -> known.digest().equals(digest))
            .map(known -> new Cloud.Hint(digest, known.since(), known.reads() + 1))
            .orElseGet(() -> new Cloud.Hint(digest, transition.now(), 1));
    transition.cloud = transition.cloud.withHint(Optional.of(hint));
    if (transition.settings().ec2().imdsOnly()) {
      boolean proof = hint.reads() >= EQUAL_READS && !transition.within(hint.since(), EQUAL_FOR);
      Ec2Reconciliation.reconcile(transition, listed, transition.now(), proof);
      return;
    }
    if (!Backoffs.pauses(transition, "HINT", digest)) {
      Backoffs.failed(transition, new Backoff.Key("HINT", digest), transition.now(), DENIED);
      transition.cloud =
          transition.cloud.withDoubt(
              transition.cloud.doubt().or(() -> Optional.of(transition.now())));
    }
  }

  /**
   * Takes in the address blocks of subnets that nobody has shown before. A subnet never changes its
   * block, so IMDS cannot lag here, and an ENI without it serves no pod.
   */
  private static void learnBlocks(Transition transition, List<AttachedEni> listed) {
    for (var eni : listed) {
      var known = transition.ledger.enis().get(eni.id());
      if (known != null
          && known.lacksBlock()
          && known.facts().subnet().equals(eni.subnet())
          && eni.subnetCidr().isPresent()) {
        var shown = known.facts().withSubnetCidr(eni.subnetCidr());
        transition.ledger = transition.ledger.put(known.described(shown));
        transition.touch();
        Dataplane.applyHost(transition);
      }
    }
  }

  /** Learns which ENIs there are while EC2 cannot be asked, but trusts none of their addresses. */
  static void bootstrap(Transition transition, List<AttachedEni> listed) {
    learnBlocks(transition, listed);
    for (var eni : listed) {
      if (!transition.ledger.enis().containsKey(eni.id())
          && !transition.ledger.goneEnis().containsKey(eni.id())) {
        transition.ledger = transition.ledger.put(EniState.fresh(eni, transition.now()));
        transition.touch();
        Dataplane.applyHost(transition);
      }
      for (var ip : List.copyOf(transition.ledger.unplaced().keySet())) {
        eni.cidrs().stream()
            .filter(cidr -> cidr.contains(ip))
            .findFirst()
            .ifPresent(cidr -> Ec2Reconciliation.admit(transition, eni.id(), cidr));
      }
    }
  }

  /** Returns a text that is the same for the same difference, and empty if there is none. */
  private static String difference(Transition transition, List<AttachedEni> listed) {
    boolean v6 = transition.settings().kind() == AddressKind.IPV6_PREFIX;
    var different = new TreeSet<String>();
    var seen = new TreeSet<EniId>();
    for (var eni : listed) {
      seen.add(eni.id());
      var known = transition.ledger.enis().get(eni.id());
      if (known == null) {
        if (!transition.ledger.goneEnis().containsKey(eni.id())) {
          different.add("+" + eni.id());
        }
        continue;
      }
      if (!known.facts().managed()) {
        continue;
      }
      for (var cidr : eni.cidrs()) {
        if (cidr.v6() == v6
            && !known.blocks().containsKey(cidr)
            && !transition.ledger.goneCidrs().containsKey(cidr)) {
          different.add("+" + cidr);
        }
      }
      known.blocks().values().stream()
          .filter(
              block ->
                  !transition.within(block.since(), Block.GRACE)
                      && block.state() == BlockState.LIVE)
          .filter(block -> !eni.cidrs().contains(block.cidr()))
          .forEach(block -> different.add("-" + block.cidr()));
    }
    transition.ledger.enis().values().stream()
        .filter(
            eni -> !transition.within(eni.since(), Block.GRACE) && eni.state() == BlockState.LIVE)
        .filter(eni -> !seen.contains(eni.id()))
        .forEach(eni -> different.add("-" + eni.id()));
    return String.join(" ", different);
  }
}
