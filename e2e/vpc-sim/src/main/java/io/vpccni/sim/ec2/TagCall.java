package io.vpccni.sim.ec2;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What changes tags. */
public sealed interface TagCall extends Ec2Call {
  record CreateTags(List<String> resourceIds, SortedMap<String, String> tags) implements TagCall {
    public CreateTags {
      resourceIds = List.copyOf(resourceIds);
      tags = SortedCopies.of(tags);
    }

    public static CreateTags on(String resourceId, Map<String, String> tags) {
      return new CreateTags(List.of(resourceId), new TreeMap<>(tags));
    }
  }

  /**
   * @param tags key → the value it must have to be deleted, or any if empty; no keys at all: every
   *     tag
   */
  record DeleteTags(List<String> resourceIds, SortedMap<String, Optional<String>> tags)
      implements TagCall {
    public DeleteTags {
      resourceIds = List.copyOf(resourceIds);
      tags = SortedCopies.of(tags);
    }
  }
}
