package io.vpccni.ipamd.metrics;

import io.vpccni.ipamd.metrics.Exposition.Kind;
import java.time.Duration;

/** Describes the process itself, under the names that every Prometheus client uses. */
final class ProcessMetrics {
  private ProcessMetrics() {}

  static void write(Exposition out) {
    var self = ProcessHandle.current().info();
    self.totalCpuDuration()
        .map(Duration::toMillis)
        .ifPresent(
            millis ->
                out.single(
                    "process_cpu_seconds_total", Kind.COUNTER, "CPU time used", millis / 1e3));
    self.startInstant()
        .ifPresent(
            at ->
                out.single(
                    "process_start_time_seconds",
                    Kind.GAUGE,
                    "Start of the process",
                    at.toEpochMilli() / 1e3));
    var runtime = Runtime.getRuntime();
    out.single(
        "jvm_memory_used_bytes",
        Kind.GAUGE,
        "Heap in use",
        runtime.totalMemory() - runtime.freeMemory());
  }
}
