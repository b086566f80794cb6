package io.vpccni.ipamd.branch.service;

import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.Holding;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds the pods that ended without a DEL: their host veth has been away for a minute.
 *
 * @param missing since when a pod's veth has not been seen
 * @param gone pods whose rules and routes are to be removed
 */
record StaleBranchPods(Map<Attachment, Instant> missing, List<Holding> gone) {
  /** This is how long a veth must have been away: longer than an ADD may take to wire a pod. */
  static final Duration AFTER = Duration.ofMinutes(1);

  static final StaleBranchPods NOTHING = new StaleBranchPods(Map.of(), List.of());

  StaleBranchPods {
    missing = Map.copyOf(missing);
    gone = List.copyOf(gone);
  }

  /**
   * Compares the pods with the links of the node.
   *
   * @param others what attachments hold that have no branch ENI
   * @param veths names of all host veths at that time
   */
  StaleBranchPods look(
      Collection<Holding> holdings, Collection<Holding> others, Set<String> veths, Instant now) {
    var nowMissing = new HashMap<Attachment, Instant>();
    var nowGone = new ArrayList<Holding>();
    var owners = new HashMap<String, Holding>();
    Stream.concat(holdings.stream(), others.stream())
        .forEach(
            holding ->
                holding
                    .wiring()
                    .hostVeths()
                    .forEach(name -> owners.merge(name, holding, StaleBranchPods::newer)));
    for (var holding : holdings) {
      // A link of that name that belongs to a newer sandbox of the pod proves nothing.
      boolean there =
          holding.wiring().hostVeths().stream()
              .anyMatch(name -> veths.contains(name) && holding.equals(owners.get(name)));
      boolean mayJustBeWired = holding.assignedAt().plus(AFTER).isAfter(now);
      if (there || mayJustBeWired) continue;
      var since = missing.getOrDefault(holding.attachment(), now);
      nowMissing.put(holding.attachment(), since);
      if (!since.plus(AFTER).isAfter(now)) nowGone.add(holding);
    }
    return new StaleBranchPods(nowMissing, nowGone);
  }

  private static Holding newer(Holding one, Holding other) {
    return one.assignedAt().isAfter(other.assignedAt()) ? one : other;
  }
}
