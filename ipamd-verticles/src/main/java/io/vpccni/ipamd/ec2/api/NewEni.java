package io.vpccni.ipamd.ec2.api;

import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.SubnetId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Describes an ENI that is to be created.
 *
 * @param tags those by which the agent knows its ENIs: it is not created without them
 * @param additional those of the operator
 * @param count addresses or prefixes that it gets at once
 * @param token repeating the call with the same one creates nothing new
 */
public record NewEni(
    String description,
    SubnetId subnet,
    List<String> groups,
    AddressKind kind,
    int count,
    SortedMap<String, String> tags,
    AdditionalTags additional,
    EniView.Tracking tracking,
    String token) {
  public NewEni {
    groups = List.copyOf(groups);
  }

  /**
   * Holds the operator's tags.
   *
   * @param refused why the creation was refused with them: it is tried without
   */
  public record AdditionalTags(Map<String, String> tags, Optional<Failed> refused) {
    public AdditionalTags {
      tags = Map.copyOf(tags);
    }

    /** Tells whether the creation can be tried without tags that it has now. */
    public boolean mayBeLeftOut() {
      return !tags.isEmpty() && refused.isEmpty();
    }
  }

  /** Returns the tags with which it is to be created now. */
  public SortedMap<String, String> allTags() {
    var all = new TreeMap<>(tags);
    if (additional.refused().isEmpty()) {
      all.putAll(additional.tags());
    }
    return all;
  }

  /** Returns the same without the operator's tags: for EC2 it is another request. */
  public NewEni withoutAdditionalTags(Failed why) {
    return new NewEni(
        description,
        subnet,
        groups,
        kind,
        count,
        tags,
        new AdditionalTags(additional.tags(), Optional.of(why)),
        tracking,
        token + "-untagged");
  }
}
