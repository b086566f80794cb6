package io.vpccni.ipamd.simulation;

import java.util.Map;
import java.util.TreeMap;

/**
 * Counts how often each mode, fault and crash boundary occurred: what never happens tests nothing.
 */
final class Coverage {
  private final Map<String, Integer> counts = new TreeMap<>();
  private final Map<String, Integer> maxima = new TreeMap<>();

  void seen(Object what) {
    counts.merge(String.valueOf(what), 1, Integer::sum);
  }

  void crashedAfter(Class<?> command) {
    seen("crash after " + command.getSimpleName());
  }

  void most(String what, int count) {
    maxima.merge(what, count, Math::max);
  }

  Map<String, Integer> maxima() {
    return maxima;
  }

  void add(Coverage other) {
    other.counts.forEach((what, count) -> counts.merge(what, count, Integer::sum));
    other.maxima.forEach((what, count) -> maxima.merge(what, count, Math::max));
  }

  Map<String, Integer> counts() {
    return counts;
  }
}
