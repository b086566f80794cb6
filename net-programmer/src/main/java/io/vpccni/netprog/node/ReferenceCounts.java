package io.vpccni.netprog.node;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How many have each of some things: two may, while one goes and another comes. Whether anybody has
 * one is looked up, however many there are.
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

  /** Follows later changes. In order. */
  Set<T> things() {
    return Collections.unmodifiableSet(counts.keySet());
  }
}
