package io.vpccni.e2e.bench;

import io.vpccni.e2e.demo.Introspection;
import io.vpccni.e2e.demo.Stop;
import io.vpccni.e2e.testbed.Teardown;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.TestbedSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code make bench}: each benchmark on a simulated node of its own, so that none sees what another
 * left. Never fails for a slow figure, only where nothing could be measured.
 */
public final class Bench {
  /**
   * Under these conditions the targets are stated: a large instance, no cooldown, a cloud that
   * answers at once.
   */
  private static final String INSTANCE_TYPE = "m5.24xlarge";

  private final Path home;
  private final Stop stop;

  private Bench(Path home, Stop stop) {
    this.home = home;
    this.stop = stop;
  }

  /** What a benchmark works with. */
  record Scene(Testbed testbed, Drivers drivers, Introspection introspection) {}

  /** Measures on a started node and says what it found. */
  interface Benchmark {
    List<Report> run(Scene scene) throws IOException;
  }

  private static Map<String, Benchmark> all() {
    var all = new LinkedHashMap<String, Benchmark>();
    all.put("cni-add", CallBenchmarks::addAndDel); // and cni-del, first-add
    all.put("cni-add-parallel", CallBenchmarks::parallel);
    all.put("agent-start", AgentBenchmarks::start);
    all.put("memory", AgentBenchmarks::memory);
    return all;
  }

  /**
   * @param which one benchmark's name, or empty for all
   * @return the exit code
   */
  public static int run(Path home, String which, Stop stop) {
    var all = all();
    if (!which.isEmpty() && !all.containsKey(which)) {
      System.err.printf(
          "bench: there is no %s; there are %s%n", which, String.join(", ", all.keySet()));
      return 2;
    }
    int failed = 0;
    var found = new ArrayList<Report>();
    for (var entry : all.entrySet()) {
      if (which.isEmpty() || which.equals(entry.getKey())) {
        failed += new Bench(home, stop).measured(entry.getKey(), entry.getValue(), found) ? 0 : 1;
      }
    }
    System.out.print(Targets.summary(found));
    return failed == 0 ? 0 : 1;
  }

  private boolean measured(String name, Benchmark benchmark, List<Report> found) {
    System.out.println(name + " ...");
    var settings =
        TestbedSettings.of(1, INSTANCE_TYPE, home.resolve("target/bench/logs"))
            .with("IP_COOLDOWN_PERIOD", "0")
            .with("MINIMUM_IP_TARGET", "300");
    try (var testbed = new Testbed(settings, stop.guard(new Teardown()));
        var introspection = new Introspection()) {
      var drivers =
          Drivers.compile(
              home.resolve("e2e/scenarios/src/main/c"), home.resolve("target/bench/drivers"));
      var machine = MachineFacts.read();
      for (var report : benchmark.run(new Scene(testbed, drivers, introspection))) {
        found.add(report);
        System.out.print(report.table(machine));
        System.out.println(
            "  " + report.write(home.resolve("target/bench"), machine, Instant.now()));
      }
      return true;
    } catch (IOException | RuntimeException failure) {
      System.err.println("bench: " + name + ": " + failure);
      return false;
    }
  }
}
