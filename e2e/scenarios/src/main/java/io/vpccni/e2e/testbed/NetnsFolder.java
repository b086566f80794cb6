package io.vpccni.e2e.testbed;

import io.vpccni.sim.network.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Keeps the folder of named network namespaces as it was. {@code ip netns} makes it a mount when it
 * is first used and leaves it so; on a machine where it was none, closing this undoes it.
 */
record NetnsFolder(boolean wasFolder, boolean wasMount) implements AutoCloseable {
  private static final Path FOLDER = Path.of("/run/netns");

  static NetnsFolder look() throws IOException {
    return new NetnsFolder(Files.isDirectory(FOLDER), mounted());
  }

  private static boolean mounted() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
        .anyMatch(line -> line.split(" ", -1)[4].equals(FOLDER.toString()));
  }

  @Override
  public void close() throws IOException {
    if (wasMount || !mounted() || inUse()) {
      return;
    }
    Tool.run(List.of(), "umount", FOLDER.toString());
    if (!wasFolder) {
      Files.delete(FOLDER);
    }
  }

  /** Returns whether somebody who came after us uses the folder. */
  private static boolean inUse() throws IOException {
    try (var files = Files.list(FOLDER)) {
      return files.findAny().isPresent();
    }
  }
}
