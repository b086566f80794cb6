package io.vpccni.sim.kubernetes;

import io.vertx.core.MultiMap;
import io.vpccni.sim.kubernetes.store.ApiFailure;
import io.vpccni.sim.kubernetes.store.ObjectPage.Token;
import io.vpccni.sim.kubernetes.store.ResourceType;
import io.vpccni.sim.kubernetes.store.Selection;
import io.vpccni.sim.kubernetes.store.WatchStart;
import java.time.Duration;
import java.util.Optional;

/** Reads the query parameters of a request. */
record Query(MultiMap parameters) {
  /** A watch that names no end ends after this time; a real server ends it after 30 to 60 min. */
  private static final Duration LONGEST_WATCH = Duration.ofMinutes(45);

  private String text(String name) {
    var value = parameters.get(name);
    return value == null ? "" : value;
  }

  private boolean flag(String name) {
    return text(name).equals("true") || text(name).equals("1");
  }

  private long number(String name) {
    var value = text(name);
    try {
      return value.isEmpty() ? 0 : Long.parseLong(value);
    } catch (NumberFormatException malformed) {
      throw ApiFailure.badRequest("invalid value for " + name + ": " + value);
    }
  }

  boolean watch() {
    return flag("watch");
  }

  boolean dryRun() {
    return text("dryRun").equals("All");
  }

  int limit() {
    return Math.toIntExact(Math.min(number("limit"), Integer.MAX_VALUE));
  }

  Optional<Token> continued() {
    return text("continue").isEmpty()
        ? Optional.empty()
        : Optional.of(Token.parse(text("continue")));
  }

  Optional<Long> gracePeriod() {
    return text("gracePeriodSeconds").isEmpty()
        ? Optional.empty()
        : Optional.of(number("gracePeriodSeconds"));
  }

  /** Returns what of an object comes with its row of a table; empty for its metadata. */
  String include() {
    return text("includeObject");
  }

  boolean bookmarks() {
    return flag("allowWatchBookmarks");
  }

  Duration timeout() {
    return text("timeoutSeconds").isEmpty()
        ? LONGEST_WATCH
        : Duration.ofSeconds(number("timeoutSeconds"));
  }

  /**
   * @param name limits the selection to one object; empty for all
   */
  Selection selection(ResourceType type, String namespace, String name) {
    var fields = text("fieldSelector");
    var named = name.isEmpty() ? "" : "metadata.name=" + name;
    return Selection.of(
        type,
        namespace,
        text("labelSelector"),
        fields.isEmpty() || named.isEmpty() ? fields + named : fields + "," + named);
  }

  /**
   * @throws ApiFailure if the parameters contradict each other
   */
  WatchStart watchStart() {
    boolean match = text("resourceVersionMatch").equals("NotOlderThan");
    long seen = number("resourceVersion");
    if (text("sendInitialEvents").isEmpty()) {
      if (!text("resourceVersionMatch").isEmpty()) {
        throw ApiFailure.invalid(
            "resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless"
                + " sendInitialEvents is provided");
      }
      return seen == 0 ? new WatchStart.FromState(false) : new WatchStart.After(seen);
    }
    if (!match) {
      throw ApiFailure.invalid(
          "resourceVersionMatch: Forbidden: sendInitialEvents requires setting"
              + " resourceVersionMatch to NotOlderThan");
    }
    if (flag("sendInitialEvents")) {
      return new WatchStart.FromState(bookmarks());
    }
    return seen == 0 ? new WatchStart.FromNow() : new WatchStart.After(seen);
  }
}
