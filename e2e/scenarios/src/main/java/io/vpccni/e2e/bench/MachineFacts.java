package io.vpccni.e2e.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Describes the machine, because an absolute figure says nothing without it. */
record MachineFacts(int cores, long memoryGiB, String processor, String kernel, String java) {
  static MachineFacts read() throws IOException {
    var processor =
        Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse("unknown processor");
    var memory = Files.readAllLines(Path.of("/proc/meminfo")).getFirst().replaceAll("\\D", "");
    return new MachineFacts(
        Runtime.getRuntime().availableProcessors(),
        Math.round(Long.parseLong(memory) / 1024.0 / 1024.0),
        processor,
        System.getProperty("os.version"),
        System.getProperty("java.version"));
  }

  JsonObject json() {
    return new JsonObject()
        .put("cores", cores)
        .put("memoryGiB", memoryGiB)
        .put("processor", processor)
        .put("kernel", kernel)
        .put("java", java);
  }

  @Override
  public String toString() {
    return "%d cores, %d GiB, %s, Linux %s, Java %s"
        .formatted(cores, memoryGiB, processor, kernel, java);
  }
}
