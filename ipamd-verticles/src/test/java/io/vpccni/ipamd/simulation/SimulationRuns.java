package io.vpccni.ipamd.simulation;

import io.vpccni.ipamd.pool.state.PoolCommand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Many seeds, from a test or by hand: {@code make sim SEEDS=n FIRST=s}. */
final class SimulationRuns {
  /** Each thing that may happen must have happened at least so often, or it was not tested. */
  private static final int OFTEN = 50;

  /** From here on {@link #OFTEN} is expected of everything; the seeds of the test. */
  static final int SEEDS = 500;

  /** These follow a checkpoint of another instance, and a simulated node is always the same one. */
  private static final Set<Class<?>> OF_ANOTHER_INSTANCE =
      Set.of(PoolCommand.Resync.class, PoolCommand.SetCheckpointAside.class);

  private SimulationRuns() {}

  /**
   * @param violations one line each, with the command that replays it
   */
  record Result(int seeds, long steps, Duration took, List<String> violations, Coverage coverage) {
    /** Returns what occurred too seldom to say that it was tested; with what is said of it. */
    List<String> tooSeldom() {
      var wanted = new ArrayList<String>();
      for (var mode : Mode.values()) wanted.add(mode.toString());
      for (var fault : Fault.values()) wanted.add(fault.toString());
      wanted.add(Coverage.SEVERAL);
      wanted.add(Coverage.CRASH_WHILE_SEVERAL);
      for (var command : PoolCommand.class.getPermittedSubclasses()) {
        if (!OF_ANOTHER_INSTANCE.contains(command)) {
          wanted.add("crash after " + command.getSimpleName());
        }
      }
      return wanted.stream()
          .filter(what -> coverage.counts().getOrDefault(what, 0) < OFTEN)
          .map(what -> what + " occurred less than " + OFTEN + " times")
          .toList();
    }

    String line() {
      return "%d seeds, %d steps, %.1f s, %d violations"
          .formatted(seeds, steps, took.toMillis() / 1000.0, violations.size());
    }
  }

  static Result run(long first, int seeds) {
    long began = System.nanoTime();
    var violations = new ArrayList<String>();
    var coverage = new Coverage();
    long steps = 0;
    for (long seed = first; seed < first + seeds; seed++) {
      var simulation = new Simulation(seed);
      try {
        steps += simulation.run();
      } catch (Violation broken) {
        if (seeds == 1) {
          simulation.print(System.out);
        }
        violations.add(told(simulation, broken.getMessage()));
      } catch (IllegalStateException bug) {
        violations.add(told(simulation, bug.getCause() + " " + where(bug)));
      }
      coverage.add(simulation.coverage);
    }
    return new Result(
        seeds, steps, Duration.ofNanos(System.nanoTime() - began), violations, coverage);
  }

  private static String told(Simulation simulation, @Nullable String what) {
    return "seed %d: %s%n  parameters: %s%n  replay: make sim SEEDS=1 FIRST=%d"
        .formatted(simulation.seed(), what, simulation.parameters(), simulation.seed());
  }

  private static String where(IllegalStateException bug) {
    var cause = bug.getCause();
    return cause == null
        ? ""
        : List.of(cause.getStackTrace()).stream().limit(6).toList().toString();
  }

  /** The arguments are the number of seeds, and the first one. */
  public static void main(String[] args) {
    int seeds = args.length > 0 ? Integer.parseInt(args[0]) : SEEDS;
    long first = args.length > 1 ? Long.parseLong(args[1]) : 1;
    var result = run(first, seeds);
    result.violations().forEach(System.out::println);
    result.coverage().counts().forEach((what, count) -> System.out.println(what + " " + count));
    result
        .coverage()
        .maxima()
        .forEach((what, most) -> System.out.println("at most " + most + " " + what));
    // A few seeds, replayed or tried out, cannot show everything.
    var missed = seeds < SEEDS ? List.<String>of() : result.tooSeldom();
    missed.forEach(System.out::println);
    System.out.println(result.line());
    System.exit(result.violations().isEmpty() && missed.isEmpty() ? 0 : 1);
  }
}
