package io.vpccni.ipamd.pool.ledger;

import io.vpccni.ipamd.eni.EniId;
import java.util.AbstractMap;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * This map has the ENIs of the pool by their ids and in the order of those, so that a replay
 * decides the same. It never changes: what changes it returns another map.
 *
 * <p>It is a sorted list that each change copies. A node has some dozens of ENIs, and each decision
 * walks all of them several times: a walk through a list costs a fraction of one through a
 * persistent tree, and the copy no more than the new nodes of the tree would.
 */
public final class EniMap extends AbstractMap<EniId, EniState> {
  static final EniMap EMPTY = new EniMap(List.of());

  private final List<EniState> sorted;

  private EniMap(List<EniState> sorted) {
    this.sorted = sorted;
  }

  /** Returns the map with this ENI, in the place of the one with the same id if there is one. */
  EniMap plus(EniState eni) {
    int place = find(eni.id());
    if (place < 0) {
      var next = new ArrayList<>(sorted);
      next.add(-place - 1, eni);
      return new EniMap(List.copyOf(next));
    }
    var next = sorted.toArray(EniState[]::new);
    next[place] = eni;
    return new EniMap(List.of(next));
  }

  EniMap minus(EniId id) {
    int place = find(id);
    if (place < 0) {
      return this;
    }
    var next = new ArrayList<>(sorted);
    next.remove(place);
    return new EniMap(List.copyOf(next));
  }

  /** Returns the place of that id, or {@code -(place it would have) - 1} if it is not there. */
  private int find(EniId id) {
    int from = 0;
    int to = sorted.size() - 1;
    while (from <= to) {
      int middle = (from + to) >>> 1;
      int order = sorted.get(middle).id().compareTo(id);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        from = middle + 1;
      } else {
        to = middle - 1;
      }
    }
    return -from - 1;
  }

  @Override
  public @Nullable EniState get(@Nullable Object key) {
    int place = key instanceof EniId id ? find(id) : -1;
    return place < 0 ? null : sorted.get(place);
  }

  @Override
  public boolean containsKey(@Nullable Object key) {
    return key instanceof EniId id && find(id) >= 0;
  }

  @Override
  public int size() {
    return sorted.size();
  }

  /** Returns the ENIs in the order of their ids. */
  @Override
  public List<EniState> values() {
    return sorted;
  }

  @Override
  public Set<Map.Entry<EniId, EniState>> entrySet() {
    var entries = new LinkedHashSet<Map.Entry<EniId, EniState>>();
    sorted.forEach(eni -> entries.add(Map.entry(eni.id(), eni)));
    return entries;
  }
}
