package io.vpccni.sim.faults;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Logs the calls and how they ended. The counts are complete; the list keeps the last 10,000. */
public final class CallLog {
  private static final int KEPT = 10_000;

  /** A call that was neither refused nor lost has this outcome. */
  public static final String OK = "ok";

  /**
   * @param outcome is {@link #OK}, EC2's error code, {@code answer lost}, {@code request lost} or
   *     {@code no answer}
   * @param caller is the access key id, empty if the request was not signed
   */
  public record Entry(Instant at, String action, String outcome, String caller, String request) {}

  private final Deque<Entry> entries = new ArrayDeque<>();
  private final SortedMap<String, SortedMap<String, Long>> counts = new TreeMap<>();

  public synchronized void add(Entry entry) {
    if (entries.size() == KEPT) {
      entries.removeFirst();
    }
    entries.add(entry);
    counts
        .computeIfAbsent(entry.action(), _ -> new TreeMap<>())
        .merge(entry.outcome(), 1L, Long::sum);
  }

  public synchronized void clear() {
    entries.clear();
    counts.clear();
  }

  public synchronized List<Entry> entries() {
    return List.copyOf(entries);
  }

  /** Returns the number of calls by action and outcome. */
  public synchronized SortedMap<String, SortedMap<String, Long>> counts() {
    var copy = new TreeMap<String, SortedMap<String, Long>>();
    counts.forEach((action, outcomes) -> copy.put(action, new TreeMap<>(outcomes)));
    return copy;
  }

  /** Returns the number of calls of this action, however they ended. */
  public long count(String action) {
    return sum(counts().getOrDefault(action, new TreeMap<>()).values());
  }

  /** Returns the number of all calls, however they ended. */
  public long total() {
    return counts().values().stream().mapToLong(outcomes -> sum(outcomes.values())).sum();
  }

  /** Returns the number of calls that change something, however they ended. */
  public long mutating() {
    return counts().entrySet().stream()
        .filter(e -> !e.getKey().startsWith("Describe") && !e.getKey().startsWith("Get"))
        .mapToLong(e -> sum(e.getValue().values()))
        .sum();
  }

  private static long sum(Collection<Long> counts) {
    return counts.stream().mapToLong(Long::longValue).sum();
  }
}
