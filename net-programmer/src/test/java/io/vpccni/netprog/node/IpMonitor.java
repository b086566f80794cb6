package io.vpccni.netprog.node;

import io.vpccni.netprog.Wait;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Counts changes in a namespace by {@code ip monitor}, which must listen to rules too. */
final class IpMonitor implements AutoCloseable {
  /** The priority of the first mark; each mark has one of its own. */
  private static final int MARKS = 29_000;

  private final String namespace;
  private final Process process;
  private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final List<String> seen = new ArrayList<>();
  private int marks;

  IpMonitor(String namespace, String... objects) throws Exception {
    this.namespace = namespace;
    var words = new ArrayList<>(List.of("ip", "-n", namespace, "-o", "monitor"));
    words.addAll(List.of(objects));
    process = new ProcessBuilder(words).redirectErrorStream(true).start();
    Thread.ofPlatform().daemon().start(this::read);
    // It listens once it has seen a mark.
    Wait.until("ip monitor listens", () -> sees(mark(), Duration.ofMillis(300)));
    seen.clear();
  }

  private void read() {
    try (var in =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      in.lines().forEach(lines::add);
    } catch (IOException e) {
      lines.add(e.toString());
    }
  }

  /** Adds a rule that nothing else has and removes it, and returns its priority. */
  private int mark() {
    int priority = MARKS + marks++;
    TestNode.ip("-n " + namespace + " rule add prio " + priority + " lookup main");
    TestNode.ip("-n " + namespace + " rule del prio " + priority + " lookup main");
    return priority;
  }

  /** Reads on to the removal of that mark, and tells whether it was seen. */
  private boolean sees(int mark, Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    for (; ; ) {
      var line = lines.poll(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      if (line == null) {
        return false;
      }
      if (!line.matches("(Deleted )?29\\d{3}:.*")) {
        seen.add(line);
      } else if (line.startsWith("Deleted " + mark + ":")) {
        return true;
      }
    }
  }

  /** Returns what changed since the last call, without what IPv6 does on links by itself. */
  List<String> changes() throws InterruptedException {
    if (!sees(mark(), Duration.ofSeconds(30))) {
      throw new AssertionError("ip monitor is silent");
    }
    var changes =
        seen.stream()
            // NOARP: multicast neighbours, which the kernel forgets when it has many.
            .filter(line -> !line.matches(".*(fe80:|ff00:|^local | NOARP ).*"))
            .toList();
    seen.clear();
    return changes;
  }

  @Override
  public void close() {
    process.destroy();
  }
}
