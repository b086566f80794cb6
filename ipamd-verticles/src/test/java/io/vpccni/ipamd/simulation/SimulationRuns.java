package io.vpccni.ipamd.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Many seeds, from a test or by hand: {@code make sim SEEDS=n FIRST=s}. */
final class SimulationRuns {
  private SimulationRuns() {}

  /**
   * @param violations one line each, with the command that replays it
   */
  record Result(int seeds, long steps, Duration took, List<String> violations, Coverage coverage) {
    String line() {
      return "%d seeds, %d steps, %.1f s, %d violations"
          .formatted(seeds, steps, took.toMillis() / 1000.0, violations.size());
    }
  }

  static Result run(long first, int seeds) {
    var began = Instant.now();
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
        violations.add("seed " + seed + ": " + broken.getMessage() + "\n  replay: " + replay(seed));
      } catch (IllegalStateException bug) {
        violations.add(
            "seed "
                + seed
                + ": "
                + bug.getCause()
                + " "
                + where(bug)
                + "\n  replay: "
                + replay(seed));
      }
      coverage.add(simulation.coverage);
    }
    return new Result(seeds, steps, Duration.between(began, Instant.now()), violations, coverage);
  }

  private static String replay(long seed) {
    return "make sim SEEDS=1 FIRST=" + seed;
  }

  private static String where(IllegalStateException bug) {
    var cause = bug.getCause();
    return cause == null
        ? ""
        : List.of(cause.getStackTrace()).stream().limit(6).toList().toString();
  }

  /** Arguments: how many seeds, and the first one. */
  public static void main(String[] args) {
    int seeds = args.length > 0 ? Integer.parseInt(args[0]) : 500;
    long first = args.length > 1 ? Long.parseLong(args[1]) : 1;
    var result = run(first, seeds);
    result.violations().forEach(System.out::println);
    result.coverage().counts().forEach((what, count) -> System.out.println(what + " " + count));
    result
        .coverage()
        .maxima()
        .forEach((what, most) -> System.out.println("at most " + most + " " + what));
    System.out.println(result.line());
    System.exit(result.violations().isEmpty() ? 0 : 1);
  }
}
