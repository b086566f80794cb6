package io.vpccni.sim.ec2;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/** These calls change tags. */
public sealed interface TagCall extends Ec2Call {
  record CreateTags(List<String> resourceIds, SortedMap<String, String> tags) implements TagCall {
    public CreateTags {
      resourceIds = List.copyOf(resourceIds);
      tags = SortedCopies.of(tags);
    }
  }

  /**
   * @param tags maps a key to the value that the tag must have to be deleted, or to nothing if any
   *     will do; without keys every tag is deleted
   */
  record DeleteTags(List<String> resourceIds, SortedMap<String, Optional<String>> tags)
      implements TagCall {
    public DeleteTags {
      resourceIds = List.copyOf(resourceIds);
      tags = SortedCopies.of(tags);
    }
  }
}
