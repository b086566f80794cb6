package io.vpccni.netprog.node;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** Counts changes in a namespace by {@code ip monitor}, which must listen to rules too. */
final class IpMonitor implements AutoCloseable {
  private static final String MARK = "29999";

  private final String namespace;
  private final Process process;
  private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final List<String> seen = new ArrayList<>();

  IpMonitor(String namespace, String... objects) throws Exception {
    this.namespace = namespace;
    var words = new ArrayList<>(List.of("ip", "-n", namespace, "-o", "monitor"));
    words.addAll(List.of(objects));
    process = new ProcessBuilder(words).redirectErrorStream(true).start();
    Thread.ofPlatform().daemon().start(this::read);
    // It listens once it has seen a mark.
    TestNode.until("ip monitor listens", () -> mark());
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

  private boolean mark() {
    TestNode.ip("-n " + namespace + " rule add prio " + MARK + " lookup main");
    TestNode.ip("-n " + namespace + " rule del prio " + MARK + " lookup main");
    try {
      for (int marks = 0; marks < 2; ) {
        var line = lines.poll(300, TimeUnit.MILLISECONDS);
        if (line == null) {
          return false;
        }
        if (line.contains(MARK)) {
          marks++;
        } else {
          seen.add(line);
        }
      }
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** Returns what changed since the last call, without what IPv6 does on links by itself. */
  List<String> changes() {
    if (!mark()) {
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
