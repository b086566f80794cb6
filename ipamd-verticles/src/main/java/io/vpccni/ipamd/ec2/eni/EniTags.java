package io.vpccni.ipamd.ec2.eni;

import io.vpccni.ipamd.ec2.Ec2Settings;
import io.vpccni.ipamd.ec2.api.EniView;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Knows the tags by which an ENI tells whose it is. Their names are those of amazon-vpc-cni-k8s. It
 * is pure.
 */
final class EniTags {
  static final String INSTANCE = "node.k8s.amazonaws.com/instance_id";
  static final String CREATED = "node.k8s.amazonaws.com/createdAt";
  static final String CLUSTER = "cluster.k8s.amazonaws.com/name";
  static final String NO_MANAGE = "node.k8s.amazonaws.com/no_manage";
  private static final String OWNER = "eks:eni:owner";
  private static final String DESCRIPTION = "aws-K8S-";

  private EniTags() {}

  static String description(String instance) {
    return DESCRIPTION + instance;
  }

  static boolean described(EniView eni) {
    return eni.description().startsWith(DESCRIPTION);
  }

  /** Returns the tags that every ENI that we manage bears. */
  static SortedMap<String, String> wanted(Ec2Settings settings, String instance) {
    var tags = new TreeMap<>(own(settings, instance));
    tags.putAll(settings.tagging().additionalTags());
    return tags;
  }

  /** Returns those of them by which the agent knows its ENIs, without the operator's. */
  static SortedMap<String, String> own(Ec2Settings settings, String instance) {
    var tags = new TreeMap<String, String>();
    tags.put(INSTANCE, instance);
    if (!settings.tagging().cluster().isEmpty()) {
      tags.put(CLUSTER, settings.tagging().cluster());
      tags.put(OWNER, "amazon-vpc-cni");
    }
    return tags;
  }

  /** Returns the tags of an ENI that is created now, without the operator's. */
  static SortedMap<String, String> ownOfNew(Ec2Settings settings, String instance, Instant now) {
    var tags = new TreeMap<>(own(settings, instance));
    tags.put(CREATED, createdAt(now));
    return tags;
  }

  static String createdAt(Instant now) {
    return now.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** Returns the tags that are absent or have another value. */
  static SortedMap<String, String> missing(
      SortedMap<String, String> wanted, Map<String, String> present) {
    var missing = new TreeMap<String, String>();
    wanted.forEach(
        (key, value) -> {
          if (!value.equals(present.get(key))) {
            missing.put(key, value);
          }
        });
    return missing;
  }

  /** Returns when the ENI was created; empty if the tag is absent or unreadable. */
  static Optional<Instant> createdAt(Map<String, String> tags) {
    try {
      return Optional.ofNullable(tags.get(CREATED))
          .map(text -> OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeParseException unreadable) {
      return Optional.empty();
    }
  }
}
