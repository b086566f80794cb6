package io.vpccni.ipamd.pool.service;

import io.vpccni.ipamd.pool.HistoryEntry;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/** Keeps what the pool decided last; of more than {@link #MOST} entries the oldest go. */
final class DecisionHistory {
  /** Some 200 bytes each: all of them together take about 100 kB. */
  static final int MOST = 500;

  private final Queue<HistoryEntry> entries = new ArrayDeque<>();

  void add(List<HistoryEntry> newest) {
    for (var entry : newest) {
      if (entries.size() == MOST) entries.remove();
      entries.add(entry);
    }
  }

  /** Returns all entries, oldest first. */
  List<HistoryEntry> entries() {
    return List.copyOf(entries);
  }
}
