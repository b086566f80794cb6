package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** IMDS lags behind EC2: what it shows is a reason to look, not a proof. */
final class Hints {
  /** In IMDS-only mode this many equal reads over this time count as EC2's word. */
  private static final int EQUAL_READS = 3;

  private static final Duration EQUAL_FOR = Duration.ofMinutes(1);

  /** A difference that EC2 has denied is not asked about again before that. */
  private static final Duration DENIED = Duration.ofMinutes(10);

  private Hints() {}

  static void compare(Turn turn, List<AttachedEni> listed) {
    if (listed.isEmpty() || !turn.started) {
      return;
    }
    Truth.compared(turn, listed);
    var digest = difference(turn, listed);
    if (digest.isEmpty()) {
      turn.hint = Optional.empty();
      return;
    }
    var hint =
        turn.hint
            .filter(known -> known.digest().equals(digest))
            .map(known -> new PoolState.Hint(digest, known.since(), known.reads() + 1))
            .orElseGet(() -> new PoolState.Hint(digest, turn.now, 1));
    turn.hint = Optional.of(hint);
    if (turn.settings.imdsOnly()) {
      boolean proof = hint.reads() >= EQUAL_READS && !turn.within(hint.since(), EQUAL_FOR);
      Truth.reconcile(turn, listed, turn.now, proof);
      return;
    }
    if (!Backoffs.pauses(turn, "HINT", digest)) {
      Backoffs.failed(turn, "HINT", digest, DENIED);
      turn.doubt = turn.doubt.or(() -> Optional.of(turn.now));
    }
  }

  /** EC2 cannot be asked yet: learn which ENIs there are, but trust none of their addresses. */
  static void bootstrap(Turn turn, List<AttachedEni> listed) {
    for (var eni : listed) {
      if (!turn.enis.containsKey(eni.id()) && !turn.goneEnis.containsKey(eni.id())) {
        turn.put(EniState.fresh(eni, turn.now));
        turn.touch();
        Dataplane.applyHost(turn);
      }
      for (var ip : List.copyOf(turn.homeless.keySet())) {
        eni.cidrs().stream()
            .filter(cidr -> cidr.contains(ip))
            .findFirst()
            .ifPresent(cidr -> Truth.admit(turn, eni.id(), cidr));
      }
    }
  }

  /** A text that is the same for the same difference; empty if there is none. */
  private static String difference(Turn turn, List<AttachedEni> listed) {
    boolean v6 = turn.settings.kind() == AddressKind.IPV6_PREFIX;
    var different = new TreeSet<String>();
    var seen = new TreeSet<EniId>();
    for (var eni : listed) {
      seen.add(eni.id());
      var known = turn.enis.get(eni.id());
      if (known == null) {
        if (!turn.goneEnis.containsKey(eni.id())) {
          different.add("+" + eni.id());
        }
        continue;
      }
      if (!known.facts.managed()) {
        continue;
      }
      for (var cidr : eni.cidrs()) {
        if (cidr.v6() == v6
            && !known.blocks.containsKey(cidr)
            && !turn.goneCidrs.containsKey(cidr)) {
          different.add("+" + cidr);
        }
      }
      known.blocks.values().stream()
          .filter(block -> !turn.within(block.since, Truth.GRACE) && block.phase == Phase.LIVE)
          .filter(block -> !eni.cidrs().contains(block.cidr))
          .forEach(block -> different.add("-" + block.cidr));
    }
    turn.enis.values().stream()
        .filter(eni -> !turn.within(eni.since, Truth.GRACE) && eni.phase == Phase.LIVE)
        .filter(eni -> !seen.contains(eni.id()))
        .forEach(eni -> different.add("-" + eni.id()));
    return String.join(" ", different);
  }
}
