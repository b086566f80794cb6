package io.vpccni.sim.kubernetes.store;

import io.vertx.core.json.JsonObject;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Keeps the last changes, from which watches start and older lists go on. */
final class History {
  private static final int KEPT = 10_000;

  private final Deque<Change> changes = new ArrayDeque<>();
  private long oldest;

  void add(Change change) {
    changes.addLast(change);
    if (changes.size() > KEPT) {
      oldest = changes.removeFirst().version();
    }
  }

  /** Forgets everything before this resource version. */
  void compact(long version) {
    changes.removeIf(change -> change.version() <= version);
    oldest = version;
  }

  /** Returns whether the changes after this version are all there. */
  boolean reaches(long version) {
    return version >= oldest;
  }

  List<Change> after(long version) {
    return changes.stream().filter(change -> change.version() > version).toList();
  }

  /** Returns the objects as they were at that version, which must be within reach. */
  NavigableMap<ObjectKey, JsonObject> at(
      long version, NavigableMap<ObjectKey, JsonObject> objects) {
    var then = new TreeMap<>(objects);
    for (Iterator<Change> back = changes.descendingIterator(); back.hasNext(); ) {
      var change = back.next();
      if (change.version() <= version) {
        break;
      }
      var before = change.before();
      if (before == null) {
        then.remove(change.key());
      } else {
        then.put(change.key(), before);
      }
    }
    return then;
  }
}
