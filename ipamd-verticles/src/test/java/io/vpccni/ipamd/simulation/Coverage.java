package io.vpccni.ipamd.simulation;

import java.util.Map;
import java.util.TreeMap;

/**
 * Counts how often each mode, fault and crash boundary occurred: what never happens tests nothing.
 */
final class Coverage {
  /** An ENI is created while another one is. */
  static final String SEVERAL = "ENI created while another one is";

  static final String CRASH_WHILE_SEVERAL = "crash while several ENIs are being created";
  private static final String AT_THE_SAME_TIME = "ENIs being created at the same time";

  private final Map<String, Integer> counts = new TreeMap<>();
  private final Map<String, Integer> maxima = new TreeMap<>();

  void seen(Object what) {
    counts.merge(String.valueOf(what), 1, Integer::sum);
  }

  void crashedAfter(Class<?> command) {
    seen("crash after " + command.getSimpleName());
  }

  /** Takes note of how many ENIs are being created now that one more is asked for. */
  void creations(int underWay) {
    most(AT_THE_SAME_TIME, underWay);
    if (underWay > 1) {
      seen(SEVERAL);
    }
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
