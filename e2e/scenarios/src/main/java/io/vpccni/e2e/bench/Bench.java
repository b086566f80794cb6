package io.vpccni.e2e.bench;

import io.vpccni.e2e.testbed.Introspection;
import io.vpccni.e2e.testbed.ShutdownGuard;
import io.vpccni.e2e.testbed.Teardown;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.TestbedSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * {@code make bench} runs each benchmark on a simulated node of its own, so that none sees what
 * another left. A slow figure is no failure; only a benchmark that could not measure anything is.
 */
public final class Bench {
  /** The targets are stated for these conditions: a large instance and no cooldown. */
  private static final TestbedSettings LARGE =
      TestbedSettings.of(1, "m5.24xlarge", Path.of("logs"))
          .with("IP_COOLDOWN_PERIOD", "0")
          .with("MINIMUM_IP_TARGET", "300");

  /**
   * The least number of EC2 calls is known for these conditions, which are the chart's own
   * settings.
   */
  private static final TestbedSettings SMALL =
      TestbedSettings.of(1, "m5.large", Path.of("logs")).with("IP_COOLDOWN_PERIOD", "0");

  /** Each burst has a fresh node, with the chart's own settings. */
  private static final TestbedSettings FRESH = TestbedSettings.of(3, "m5.4xlarge", Path.of("logs"));

  /** Holds what a benchmark works with. */
  record Setup(Testbed testbed, Drivers drivers, Introspection introspection) {}

  /** A benchmark measures on a node that is not started yet and reports what it found. */
  interface Benchmark {
    List<Report> run(Setup setup) throws IOException;
  }

  /**
   * A group of reports is measured in one go.
   *
   * @param names the names of its reports, by each of which it can be asked for
   */
  private record Group(List<String> names, TestbedSettings settings, Benchmark benchmark) {}

  private static final List<Group> GROUPS =
      List.of(
          new Group(
              List.of("cni-add", "add-breakdown", "cni-del"), LARGE, CallBenchmarks::addAndDel),
          new Group(List.of("first-add"), LARGE, FirstCallBenchmarks::run),
          new Group(List.of("cni-add-parallel"), LARGE, CallBenchmarks::parallel),
          new Group(List.of("agent-start"), LARGE, AgentBenchmarks::start),
          new Group(List.of("restart-with-pods"), LARGE, AgentBenchmarks::restart),
          new Group(List.of("memory", "leak"), LARGE, MemoryBenchmarks::run),
          new Group(List.of("ec2-calls"), SMALL, CloudBenchmarks::calls),
          new Group(List.of("burst"), FRESH, BurstBenchmarks::addresses),
          new Group(
              List.of("burst-prefixes"),
              FRESH.with("ENABLE_PREFIX_DELEGATION", "true"),
              BurstBenchmarks::prefixes),
          new Group(List.of("join"), FRESH, JoinBenchmarks::run));

  private final Path home;
  private final ShutdownGuard stop;
  private final String which;
  private final List<Report> found = new ArrayList<>();

  private Bench(Path home, String which, ShutdownGuard stop) {
    this.home = home;
    this.which = which;
    this.stop = stop;
  }

  /**
   * Runs one benchmark or all.
   *
   * @param which the name of one report, or empty for all
   * @return the exit code
   */
  public static int run(Path home, String which, ShutdownGuard stop) {
    var known = GROUPS.stream().flatMap(group -> group.names.stream()).toList();
    if (!which.isEmpty() && !known.contains(which) && !PureBenchmarks.NAMES.contains(which)) {
      System.err.printf(
          "bench: there is no benchmark \"%s\"; choose one of %s%n",
          which,
          Stream.concat(PureBenchmarks.NAMES.stream(), known.stream())
              .collect(Collectors.joining(", ")));
      return 2;
    }
    return new Bench(home, which, stop).run();
  }

  private int run() {
    boolean good = pure();
    for (var group : GROUPS) {
      if (which.isEmpty() || group.names.contains(which)) good &= measured(group);
    }
    System.out.print(Targets.summary(found));
    return good ? 0 : 1;
  }

  /**
   * Takes over the results of the benchmarks that need no node; programs of the modules have
   * measured them before.
   */
  private boolean pure() {
    try {
      for (var report : PureBenchmarks.read(home.resolve("target/bench/raw"))) tell(report);
      return true;
    } catch (IOException unreadable) {
      System.err.println("bench: " + unreadable);
      return false;
    }
  }

  private boolean measured(Group group) {
    System.out.println(String.join(", ", group.names) + " ...");
    var settings = group.settings.withLogs(home.resolve("target/bench/logs"));
    try (var testbed = new Testbed(settings, stop.guard(new Teardown()));
        var introspection = new Introspection()) {
      var drivers =
          testbed.keep(
              Drivers.compile(
                  home.resolve("e2e/scenarios/src/main/c"), home.resolve("target/bench/drivers")));
      for (var report : group.benchmark.run(new Setup(testbed, drivers, introspection))) {
        tell(report);
      }
      return true;
    } catch (IOException | RuntimeException failure) {
      System.err.println("bench: " + group.names.getFirst() + ": " + failure);
      return false;
    }
  }

  private void tell(Report report) throws IOException {
    if (!which.isEmpty() && !which.equals(report.name())) return;
    var machine = MachineFacts.read();
    found.add(report);
    System.out.print(report.table(machine));
    System.out.println("  " + report.write(home.resolve("target/bench"), machine, Instant.now()));
  }
}
