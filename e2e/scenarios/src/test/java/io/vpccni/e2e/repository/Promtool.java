package io.vpccni.e2e.repository;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * This is what {@code promtool}, Prometheus' own checker, said.
 *
 * @param lines those of both its streams
 */
public record Promtool(int exitCode, List<String> lines) {
  private static final int SECONDS = 120;

  static Promtool run(String... words) throws IOException {
    return fed("", words);
  }

  /** Checks a page of metrics; the exit code is 3 if it complains of a name. */
  public static Promtool ofMetrics(String page) throws IOException {
    return fed(page, "check", "metrics");
  }

  private static Promtool fed(String input, String... words) throws IOException {
    var command = new ArrayList<>(List.of("promtool"));
    command.addAll(List.of(words));
    var in = Files.createTempFile("promtool", ".txt");
    var out = Files.createTempFile("promtool", ".out");
    try {
      Files.writeString(in, input);
      var process =
          new ProcessBuilder(command)
              .redirectInput(in.toFile())
              .redirectOutput(out.toFile())
              .redirectErrorStream(true)
              .start();
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(command + " still runs after " + SECONDS + " s");
      }
      return new Promtool(
          process.exitValue(), Files.readString(out, StandardCharsets.UTF_8).lines().toList());
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", stopped);
    } finally {
      Files.delete(in);
      Files.delete(out);
    }
  }
}
