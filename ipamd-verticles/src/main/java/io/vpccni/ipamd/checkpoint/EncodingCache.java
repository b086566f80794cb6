package io.vpccni.ipamd.checkpoint;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Keeps what was made of values until they change, since nearly none does between two writes of a
 * checkpoint. It forgets what a round does not ask for. It is for one thread.
 *
 * @param <K> whose value it is
 * @param <V> compared by {@code equals}
 * @param <T> what is made of it
 */
final class EncodingCache<K, V, T> {
  private record Made<V, T>(V of, T made) {}

  private Map<K, Made<V, T>> before = new HashMap<>();
  private Map<K, Made<V, T>> now = new HashMap<>();

  /** Begins a round: what the last one has not asked for is forgotten. */
  void nextRound() {
    before = now;
    now = HashMap.newHashMap(before.size() + 1);
  }

  T of(K key, V value, Function<V, T> make) {
    var known = before.get(key);
    if (known == null || !known.of.equals(value)) {
      known = new Made<>(value, make.apply(value));
    }
    now.put(key, known);
    return known.made;
  }
}
