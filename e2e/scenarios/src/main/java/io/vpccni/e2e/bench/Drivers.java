package io.vpccni.e2e.bench;

import io.vertx.core.json.JsonObject;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Wait;
import io.vpccni.sim.network.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The drivers are C programs that call the plugin and measure. Starting a process from Java costs
 * more than what is measured, so {@code cni-bench.c} plays the runtime's part on the node.
 */
final class Drivers implements AutoCloseable {
  private static final String PLUGIN = "/opt/cni/bin/aws-cni";

  private static final Path NAMESPACES = Path.of("/run/netns");

  /**
   * Namespaces are removed in several passes, because one that is being made during a pass appears
   * a moment later.
   */
  private static final int LOOKS = 5;

  private static final Duration BETWEEN = Duration.ofMillis(200);

  private final Path folder;

  /** Holds the prefixes of the names of all namespaces that were made. */
  private final Set<String> made = ConcurrentHashMap.newKeySet();

  private Drivers(Path folder) {
    this.folder = folder;
  }

  /**
   * Compiles the programs.
   *
   * @param sources the folder of the C files
   * @param folder where the programs go; it must be readable on the nodes
   */
  static Drivers compile(Path sources, Path folder) throws IOException {
    Files.createDirectories(folder);
    var drivers = new Drivers(folder.toAbsolutePath());
    drivers.compile(sources.resolve("cni-bench.c"), "cni-bench");
    drivers.compile(sources.resolve("kernel-floor.c"), "kernel-floor");
    var noop = Files.writeString(folder.resolve("noop.c"), "int main(void) { return 0; }\n");
    drivers.compile(noop, "noop");
    return drivers;
  }

  private void compile(Path source, String program) throws IOException {
    Tool.run(
        List.of(),
        System.getenv(),
        // glibc: kernel-floor needs the kernel's headers, which musl's wrapper hides.
        List.of(
            "gcc",
            "-static",
            "-O2",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-o",
            path(program),
            source.toAbsolutePath().toString()));
  }

  private String path(String program) {
    return folder.resolve(program).toString();
  }

  /**
   * Calls the plugin with one verb for many pods of a node.
   *
   * @param prefix the prefix of the pods' names
   * @param first the number of the first pod
   * @param parallel how many calls run at the same time, 1 to 256
   * @return the duration of each call in ms, in the order in which the calls ended
   * @throws IOException with the plugin's own words if a call failed
   */
  List<Double> call(Node node, String verb, String prefix, int first, int count, int parallel)
      throws IOException {
    var conf =
        Files.writeString(folder.resolve(node.name() + ".json"), node.runtime().config().encode());
    return measured(run(node, verb, PLUGIN, conf.toString(), prefix, first, count, parallel));
  }

  /**
   * Adds many pods of a node, some of which may fail.
   *
   * @return when each call that succeeded ended, in ms of {@link System#nanoTime()}, in ascending
   *     order
   */
  List<Double> addsEnded(Node node, String prefix, int count, int parallel) throws IOException {
    var conf =
        Files.writeString(folder.resolve(node.name() + ".json"), node.runtime().config().encode());
    var words = new ArrayList<>(List.of("sh", "-c", "\"$@\" || true", "sh"));
    words.addAll(words("ADD", PLUGIN, conf.toString(), prefix, 0, count, parallel));
    return Tool.run(List.of(), Map.of(), node.namespaces().command(words))
        .lines()
        .map(line -> line.split(" ", -1))
        .filter(call -> call.length == 3 && call[1].equals("0"))
        .map(call -> Double.valueOf(call[2]))
        .sorted()
        .toList();
  }

  /** Makes ({@code MAKE}) or removes ({@code DROP}) the network namespaces of pods. */
  void namespaces(Node node, String verb, String prefix, int first, int count) throws IOException {
    if (verb.equals("MAKE")) made.add(prefix + "-");
    var unused = run(node, verb, "-", "-", prefix, first, count, 1);
  }

  /** Removes the namespaces that are left when somebody has stopped the benchmark. */
  @Override
  public void close() throws IOException {
    for (int look = 0; look < LOOKS; look++) {
      var left = left();
      if (left.isEmpty() && look == 0) return;
      Tool.run(
          left.stream().map(name -> "netns del " + name).toList(), "ip", "-force", "-batch", "-");
      Wait.pass(BETWEEN);
    }
  }

  private List<String> left() throws IOException {
    if (!Files.isDirectory(NAMESPACES)) return List.of();
    try (var files = Files.list(NAMESPACES)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> made.stream().anyMatch(name::startsWith))
          .toList();
    }
  }

  /** Measures fork, exec and end of a program that does nothing, which no plugin can undercut. */
  Samples exec(Node node, int count) throws IOException {
    return Samples.of(
        "fork, exec, reap a no-op",
        "ms",
        measured(run(node, "EXEC", path("noop"), "/dev/null", "x", 0, count, 1)));
  }

  private String run(
      Node node,
      String verb,
      String plugin,
      String conf,
      String prefix,
      int first,
      int count,
      int parallel)
      throws IOException {
    var words = words(verb, plugin, conf, prefix, first, count, parallel);
    return Tool.run(List.of(), Map.of(), node.namespaces().command(words));
  }

  private List<String> words(
      String verb, String plugin, String conf, String prefix, int first, int count, int parallel) {
    return List.of(
        path("cni-bench"),
        verb,
        plugin,
        conf,
        prefix,
        Integer.toString(first),
        Integer.toString(count),
        Integer.toString(parallel));
  }

  private static List<Double> measured(String output) {
    var values = new ArrayList<Double>();
    output
        .lines()
        .forEach(line -> values.add(Double.valueOf(line.substring(0, line.indexOf(' ')))));
    return values;
  }

  /** Measures the kernel requests for one pod and nothing else, for {@code add} and {@code del}. */
  Map<String, Samples> floor(int pods) throws IOException {
    var json =
        new JsonObject(
            Tool.run(List.of(), Map.of(), List.of(path("kernel-floor"), Integer.toString(pods))));
    return Map.of("add", floor(json, "add"), "del", floor(json, "del"));
  }

  private static Samples floor(JsonObject json, String verb) {
    var values = new ArrayList<Double>();
    json.getJsonArray(verb).forEach(value -> values.add(((Number) value).doubleValue()));
    return Samples.of("kernel floor, " + verb, "ms", values);
  }
}
