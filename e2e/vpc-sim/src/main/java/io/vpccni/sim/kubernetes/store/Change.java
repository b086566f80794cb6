package io.vpccni.sim.kubernetes.store;

import io.vertx.core.json.JsonObject;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Describes one change of one object. The objects are never modified afterwards.
 *
 * @param version is the resource version that the change has made
 * @param before is null for a new object
 * @param after is null for a deleted one
 */
record Change(
    long version, ObjectKey key, @Nullable JsonObject before, @Nullable JsonObject after) {

  /**
   * Returns the event as a watch with this selection sees it; it is empty if the watch does not see
   * it.
   */
  Optional<WatchEvent> seenBy(Selection selection) {
    if (!selection.covers(key)) {
      return Optional.empty();
    }
    boolean was = before != null && selection.matches(before);
    boolean is = after != null && selection.matches(after);
    if (is && after != null) {
      return Optional.of(
          new WatchEvent(
              was ? WatchEvent.Type.MODIFIED : WatchEvent.Type.ADDED,
              Conversion.shown(selection.type(), after)));
    }
    // An object that ceases to match is told as deleted, in its last matching form.
    return was && before != null
        ? Optional.of(
            new WatchEvent(
                WatchEvent.Type.DELETED,
                ObjectMeta.withVersion(Conversion.shown(selection.type(), before), version)))
        : Optional.empty();
  }
}
