package io.vpccni.sim.imds;

import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** An entry is a node of the metadata tree. */
sealed interface MetadataEntry {
  /**
   * Returns the text that a GET of it returns, without a newline at its end as with the real
   * service.
   */
  String text();

  record Leaf(String text) implements MetadataEntry {}

  /** Lists its children, one a line, folders with a slash. */
  record Folder(SortedMap<String, MetadataEntry> children) implements MetadataEntry {
    public Folder {
      children = Collections.unmodifiableSortedMap(new TreeMap<>(children));
    }

    @Override
    public String text() {
      return children.entrySet().stream()
          .map(child -> child.getKey() + (child.getValue() instanceof Folder ? "/" : ""))
          .collect(Collectors.joining("\n"));
    }
  }

  /**
   * Finds a node by its path. A folder is found with and without a slash at the end, a leaf only
   * without.
   */
  static Optional<MetadataEntry> find(Folder root, String path) {
    MetadataEntry at = root;
    for (var name : Arrays.asList(path.split("/", -1))) {
      if (!(at instanceof Folder folder)) {
        return Optional.empty();
      }
      if (name.isEmpty()) {
        continue;
      }
      var child = folder.children().get(name);
      if (child == null) {
        return Optional.empty();
      }
      at = child;
    }
    return Optional.of(at);
  }
}
