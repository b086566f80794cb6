package io.vpccni.e2e.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;

/** Prints what the demo does, each line with the seconds since the start. */
final class Progress {
  private final PrintStream out;
  private final Instant start = Instant.now();

  Progress(PrintStream out) {
    this.out = out;
  }

  void say(String text) {
    out.printf("%6.1f s  %s%n", seconds(), text);
  }

  void show(String block) {
    out.print(block.endsWith("\n") ? block : block + "\n");
  }

  double seconds() {
    return Duration.between(start, Instant.now()).toMillis() / 1000.0;
  }
}
