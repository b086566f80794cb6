package io.vpccni.sim.imds;

import java.util.Collection;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Builds a folder; empty values are left out, as the service leaves out keys without data. */
final class Tree {
  private final TreeMap<String, Entry> children = new TreeMap<>();

  Tree leaf(String name, Object value) {
    children.put(name, new Entry.Leaf(value.toString()));
    return this;
  }

  Tree lines(String name, Collection<?> values) {
    return values.isEmpty()
        ? this
        : leaf(name, values.stream().map(Object::toString).collect(Collectors.joining("\n")));
  }

  Tree folder(String name, Tree content) {
    if (!content.children.isEmpty()) {
      children.put(name, content.folder());
    }
    return this;
  }

  Entry.Folder folder() {
    return new Entry.Folder(children);
  }
}
