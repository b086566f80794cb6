package io.vpccni.sim.imds;

import java.util.Collection;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Builds a folder. Empty values are left out, as the service leaves out keys without data. */
final class FolderBuilder {
  private final TreeMap<String, MetadataEntry> children = new TreeMap<>();

  FolderBuilder leaf(String name, Object value) {
    children.put(name, new MetadataEntry.Leaf(value.toString()));
    return this;
  }

  FolderBuilder lines(String name, Collection<?> values) {
    return values.isEmpty()
        ? this
        : leaf(name, values.stream().map(Object::toString).collect(Collectors.joining("\n")));
  }

  FolderBuilder folder(String name, FolderBuilder content) {
    if (!content.children.isEmpty()) {
      children.put(name, content.folder());
    }
    return this;
  }

  MetadataEntry.Folder folder() {
    return new MetadataEntry.Folder(children);
  }
}
