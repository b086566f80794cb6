package io.vpccni.ipamd.ec2.eni;

import io.vpccni.ipamd.ec2.Ec2Settings;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.eni.NodeFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds ENIs that an agent created and nobody uses: those of dead nodes, and what a crash of our
 * own left behind. It is pure.
 */
final class LeakedEnis {
  /** An ENI younger than this may be on its way to its node. */
  static final Duration MIN_AGE = Duration.ofMinutes(5);

  private LeakedEnis() {}

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

  /** Selects those without a readable age, which get one and are looked at again the next time. */
  static List<EniView> ageless(List<EniView> found) {
    return found.stream()
        .filter(EniTags::described)
        .filter(eni -> EniTags.createdAt(eni.tags()).isEmpty())
        .toList();
  }

  /** Selects those that are old enough that their node is not about to attach them. */
  static List<EniView> old(List<EniView> found, Instant now) {
    return found.stream()
        .filter(EniTags::described)
        .filter(
            eni ->
                EniTags.createdAt(eni.tags())
                    .filter(created -> !created.plus(MIN_AGE).isAfter(now))
                    .isPresent())
        .toList();
  }

  /** Selects this node's own, whatever their age: nobody else would attach them. */
  static List<EniView> own(List<EniView> found, NodeFacts node) {
    return found.stream()
        .filter(EniTags::described)
        .filter(eni -> node.instance().id().equals(eni.tags().get(EniTags.INSTANCE)))
        .toList();
  }
}
