package io.vpccni.sim.network;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a program of the system. */
public final class Tool {
  private static final int SECONDS = 30;

  private Tool() {}

  /**
   * Runs it and waits for its end, at most 30 s.
   *
   * @param input holds lines for its standard input
   * @return its standard output and error, stripped
   * @throws IOException if it exits with another code than 0; the message has its output
   */
  public static String run(List<String> input, String... command) throws IOException {
    return run(input, System.getenv(), List.of(command));
  }

  /** Runs it with this environment and nothing else in it. */
  public static String run(
      List<String> input, Map<String, String> environment, List<String> command)
      throws IOException {
    var start = new ProcessBuilder(command).redirectErrorStream(true);
    start.environment().clear();
    start.environment().putAll(environment);
    var process = start.start();
    try (var in = process.outputWriter(StandardCharsets.UTF_8)) {
      for (var line : input) {
        in.write(line);
        in.write('\n');
      }
    } catch (IOException stoppedReading) {
      // Its exit code and words below say why.
    }
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    try {
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(
            String.join(" ", command) + ": still running after " + SECONDS + " s");
      }
    } catch (InterruptedException stopped) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new IOException("interrupted: " + String.join(" ", command), stopped);
    }
    if (process.exitValue() != 0) {
      throw new IOException(
          "%s: exit %d: %s%s"
              .formatted(
                  String.join(" ", command),
                  process.exitValue(),
                  said,
                  input.isEmpty() ? "" : "\ninput was:\n" + String.join("\n", input)));
    }
    return said;
  }
}
