package io.vpccni.e2e.demo;

import java.io.PrintStream;

/** Prints what the demo does, each line with the seconds since the start. */
final class Progress {
  private final PrintStream out;
  private final long start = System.nanoTime();

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
    return (System.nanoTime() - start) / 1e9;
  }
}
