package io.vpccni.ipamd.ec2.eni;

import io.vpccni.ipamd.ec2.Ec2Settings;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.NodeFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds ENIs that an agent created and nobody uses: those of dead nodes, and what a crash of our
 * own left behind. How old another node's ENI is follows from how long it has been seen attached to
 * nothing, by this process's clock for durations. The tag with its date of creation is no evidence,
 * because it was written by that node's wall clock and would be compared with ours, and either may
 * be wrong by hours. It is pure.
 *
 * @param since when each ENI that the last look showed was first seen without an attachment
 */
record LeakedEnis(Map<EniId, Instant> since) {
  /** An ENI that has been without an attachment for less may be on its way to its node. */
  static final Duration MIN_AGE = Duration.ofMinutes(5);

  static final LeakedEnis NONE = new LeakedEnis(Map.of());

  LeakedEnis {
    since = Map.copyOf(since);
  }

  /**
   * Returns the filters for leaked ENIs of the whole VPC, or of the cluster where its name is
   * known.
   */
  static Map<String, String> anyNodes(NodeFacts node, Ec2Settings settings) {
    var filters = new LinkedHashMap<String, String>();
    filters.put("tag-key", EniTags.INSTANCE);
    filters.put("status", "available");
    filters.put("vpc-id", node.vpc().id());
    if (!settings.tagging().cluster().isEmpty()) {
      filters.put("tag:" + EniTags.CLUSTER, settings.tagging().cluster());
    }
    return filters;
  }

  static Map<String, String> ownLeftovers(NodeFacts node) {
    var filters = new LinkedHashMap<String, String>();
    filters.put("tag:" + EniTags.INSTANCE, node.instance().id());
    filters.put("status", "available");
    return filters;
  }

  /** Selects those without a readable date of creation, which the agents of other nodes expect. */
  static List<EniView> undated(List<EniView> found) {
    return found.stream()
        .filter(EniTags::described)
        .filter(eni -> EniTags.createdAt(eni.tags()).isEmpty())
        .toList();
  }

  /**
   * Notes which ENIs a look shows attached to nothing. An ENI that it does not show is in use or
   * gone, and begins anew should it come back.
   */
  LeakedEnis look(List<EniView> found, Instant now) {
    var next = new HashMap<EniId, Instant>();
    for (var eni : found) {
      if (EniTags.described(eni)) next.put(eni.id(), since.getOrDefault(eni.id(), now));
    }
    return new LeakedEnis(next);
  }

  /** Selects those that were attached to nothing for so long that no node is about to use them. */
  List<EniView> old(List<EniView> found, Instant now) {
    return found.stream().filter(eni -> isOld(since.get(eni.id()), now)).toList();
  }

  /** Tells whether one of them may be leaked and has not been looked at for long enough. */
  boolean isAnyYoung(Instant now) {
    return since.values().stream().anyMatch(first -> !isOld(first, now));
  }

  private static boolean isOld(@Nullable Instant first, Instant now) {
    return first != null && !first.plus(MIN_AGE).isAfter(now);
  }

  /** Selects this node's own, whatever their age: nobody else would attach them. */
  static List<EniView> own(List<EniView> found, NodeFacts node) {
    return found.stream()
        .filter(EniTags::described)
        .filter(eni -> node.instance().id().equals(eni.tags().get(EniTags.INSTANCE)))
        .toList();
  }
}
