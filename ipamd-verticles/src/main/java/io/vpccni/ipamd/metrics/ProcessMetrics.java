package io.vpccni.ipamd.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Describes the process itself, under the names that every Prometheus client uses. */
final class ProcessMetrics {
  private static final Path SELF = Path.of("/proc/self");

  /** The second word of {@code statm} counts pages, which have this size on x86-64. */
  private static final long PAGE = 4096;

  private ProcessMetrics() {}

  static void write(Exposition out) {
    var self = ProcessHandle.current().info();
    self.totalCpuDuration()
        .map(Duration::toMillis)
        .ifPresent(millis -> out.sample(Family.CPU, millis / 1e3));
    self.startInstant().ifPresent(at -> out.sample(Family.STARTED, at.toEpochMilli() / 1e3));
    var runtime = Runtime.getRuntime();
    out.sample(Family.HEAP, runtime.totalMemory() - runtime.freeMemory());
    try (var descriptors = Files.list(SELF.resolve("fd"))) {
      var pages = Files.readString(SELF.resolve("statm")).split(" ", 3)[1];
      out.sample(Family.RESIDENT, PAGE * Long.parseLong(pages));
      out.sample(Family.DESCRIPTORS, descriptors.count());
    } catch (IOException hidden) {
      // Without /proc the page has the rest.
    }
  }
}
