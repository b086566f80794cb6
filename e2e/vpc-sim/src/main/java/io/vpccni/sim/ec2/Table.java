package io.vpccni.sim.ec2;

import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Holds an immutable set of resources by id, in the order of ids so that every answer and page is
 * reproducible.
 */
public record Table<T extends Identified>(SortedMap<String, T> byId) {
  public Table {
    byId = Collections.unmodifiableSortedMap(new TreeMap<>(byId));
  }

  public static <T extends Identified> Table<T> empty() {
    return new Table<>(new TreeMap<>());
  }

  public Optional<T> find(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  public Stream<T> stream() {
    return byId.values().stream();
  }

  Table<T> with(T item) {
    var next = new TreeMap<>(byId);
    next.put(item.id(), item);
    return new Table<>(next);
  }

  Table<T> without(String id) {
    var next = new TreeMap<>(byId);
    next.remove(id);
    return new Table<>(next);
  }
}
