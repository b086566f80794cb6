package io.vpccni.sim.ec2;

import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Makes immutable copies of maps, sorted by key. */
final class SortedCopies {
  private SortedCopies() {}

  static <V> SortedMap<String, V> of(Map<String, V> map) {
    return Collections.unmodifiableSortedMap(new TreeMap<>(map));
  }

  static <V> SortedMap<String, V> with(Map<String, V> map, String key, V value) {
    var next = new TreeMap<>(map);
    next.put(key, value);
    return Collections.unmodifiableSortedMap(next);
  }

  static <V> SortedMap<String, V> without(Map<String, V> map, String key) {
    var next = new TreeMap<>(map);
    next.remove(key);
    return Collections.unmodifiableSortedMap(next);
  }
}
