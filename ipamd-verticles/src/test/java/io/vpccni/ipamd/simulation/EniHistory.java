package io.vpccni.ipamd.simulation;

import io.vpccni.ipamd.eni.AttachedEni;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The attached ENIs as they were after each of the last changes: what a list that lags shows. */
final class EniHistory {
  private static final int REMEMBERED = 30;

  private record Past(Instant at, List<AttachedEni> enis) {}

  private final Deque<Past> changes = new ArrayDeque<>();

  void add(Instant at, List<AttachedEni> enis) {
    changes.addLast(new Past(at, enis));
    while (changes.size() > REMEMBERED) {
      changes.removeFirst();
    }
  }

  /** Returns the ENIs as they were then, or as they were first recorded where that is later. */
  List<AttachedEni> at(Instant then) {
    var seen = changes.getFirst();
    for (var past : changes) {
      if (past.at().isAfter(then)) {
        break;
      }
      seen = past;
    }
    return seen.enis();
  }
}
