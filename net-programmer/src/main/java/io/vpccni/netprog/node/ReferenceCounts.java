package io.vpccni.netprog.node;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Counts how many pods have each thing, such as an address. Two pods may have the same one while
 * one of them goes and the other comes. Asking whether anybody has a thing costs the same however
 * many there are.
 */
final class ReferenceCounts<T extends Comparable<T>> {
  private final Map<T, Integer> counts = new TreeMap<>();

  void add(T thing) {
    counts.merge(thing, 1, Integer::sum);
  }

  void remove(T thing) {
    counts.computeIfPresent(thing, (_, count) -> count == 1 ? null : count - 1);
  }

  boolean has(T thing) {
    return counts.containsKey(thing);
  }

  /** Returns a sorted, unmodifiable view, which follows later changes. */
  Set<T> things() {
    return Collections.unmodifiableSet(counts.keySet());
  }
}
