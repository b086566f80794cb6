package io.vpccni.netprog.node;

import io.vpccni.netprog.drift.ContentionBackoff;
import io.vpccni.netprog.host.Plan.Change;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Decides which repairs are due and which wait because another program keeps undoing them. Each
 * object is judged by itself, so that contention over one does not delay the others.
 */
final class RepairBackoff {
  private static final Duration USUAL_PAUSE = Duration.ofSeconds(1);

  /** An object that stayed repaired for this long was lost by accident. */
  private static final Duration MEMORY = Duration.ofMinutes(1);

  private record History(String kind, ContentionBackoff backoff, Instant last, Instant next) {}

  private final Map<String, History> histories = new HashMap<>();

  /** Returns the changes that may be made now, and counts them as repairs. */
  List<Change> due(List<Change> changes, Instant now) {
    histories
        .values()
        .removeIf(
            history ->
                now.isAfter(history.last().plus(MEMORY))
                    && now.isAfter(history.next().plus(MEMORY)));
    var due = new ArrayList<Change>();
    var decided = new HashSet<String>();
    for (var change : changes) {
      // Several requests may serve one repair.
      if (!decided.add(change.why())) {
        if (!due.isEmpty() && due.getLast().why().equals(change.why())) {
          due.add(change);
        }
        continue;
      }
      var history =
          histories.getOrDefault(
              change.why(),
              new History(change.kind(), ContentionBackoff.NONE, Instant.MIN, Instant.MIN));
      if (now.isBefore(history.next())) {
        continue;
      }
      var backoff = history.backoff().after(1);
      var next = backoff.contested() ? now.plus(backoff.pause(USUAL_PAUSE)) : now;
      histories.put(change.why(), new History(change.kind(), backoff, now, next));
      due.add(change);
    }
    return due;
  }

  boolean contested(Change change) {
    var history = histories.get(change.why());
    return history != null && history.backoff().contested();
  }

  /** Returns the kinds of objects that somebody else keeps undoing. */
  Set<String> contestedKinds() {
    return histories.values().stream()
        .filter(history -> history.backoff().contested())
        .map(History::kind)
        .collect(Collectors.toSet());
  }

  /** Forgets all history, since a new desired state is a new beginning. */
  void forget() {
    histories.clear();
  }
}
