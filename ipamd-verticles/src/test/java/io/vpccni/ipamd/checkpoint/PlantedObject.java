package io.vpccni.ipamd.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** What somebody who may write to a folder can put in the place of a file of ours. */
enum PlantedObject {
  FILE,
  EMPTY_FOLDER,
  FULL_FOLDER,
  FIFO,
  LINK_TO_A_FILE,
  DANGLING_LINK,
  LINK_TO_ITSELF;

  /**
   * Puts it there.
   *
   * @param precious a file that a link leads to
   */
  void plant(Path path, Path precious) throws Exception {
    switch (this) {
      case FILE -> Files.writeString(path, "planted");
      case EMPTY_FOLDER -> Files.createDirectory(path);
      case FULL_FOLDER -> Files.writeString(Files.createDirectory(path).resolve("in it"), "x");
      case FIFO -> {
        var made = new ProcessBuilder("mkfifo", path.toString()).inheritIO().start();
        assertThat(made.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(made.exitValue()).isZero();
      }
      case LINK_TO_A_FILE -> Files.createSymbolicLink(path, precious);
      case DANGLING_LINK -> Files.createSymbolicLink(path, path.resolveSibling("nowhere"));
      case LINK_TO_ITSELF -> Files.createSymbolicLink(path, path);
    }
  }
}
