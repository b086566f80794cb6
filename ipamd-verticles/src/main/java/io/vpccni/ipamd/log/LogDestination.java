package io.vpccni.ipamd.log;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;

/** This is where the agent's log lines go, as {@code AWS_VPC_K8S_CNI_LOG_FILE} says. */
sealed interface LogDestination {
  /**
   * The kernel's names of the standard output. They are links to whatever the container's runtime
   * has opened, so they mean the stream and are not opened as a file.
   */
  Set<String> STDOUT = Set.of("/dev/stdout", "/dev/fd/1", "/proc/self/fd/1");

  /** The kernel's names of the standard error, likewise. */
  Set<String> STDERR = Set.of("/dev/stderr", "/dev/fd/2", "/proc/self/fd/2");

  /** The lines go to the standard output. */
  record Stdout() implements LogDestination {}

  /** The lines go to the standard error. */
  record Stderr() implements LogDestination {}

  /** The lines go to a file, and to the standard error as well. */
  record LogFile(Path path) implements LogDestination {}

  /**
   * Reads the setting.
   *
   * @param text a path, {@code stdout} or {@code stderr}; the two words in any case
   */
  static LogDestination of(String text) {
    var word = text.toLowerCase(Locale.ROOT);
    if (word.equals("stdout") || STDOUT.contains(text)) return new Stdout();
    if (word.equals("stderr") || STDERR.contains(text)) return new Stderr();
    return new LogFile(Path.of(text).toAbsolutePath());
  }
}
