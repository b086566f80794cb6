package io.vpccni.fleet;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** This is the entry point {@code fleet SCENARIO [NODES [SEED [JSON-FILE]]]}. */
public final class Main {
  private static final String HELP =
      """
      fleet runs the agents of a whole cluster against one simulated EC2 account in virtual time, and
      shows how often EC2 was asked, how long pods waited, and how many addresses were kept.

      usage: fleet SCENARIO [NODES [SEED [JSON-FILE]]]
             fleet --help

        SCENARIO   the file that says what happens, in YAML; docs/fleet.md describes it
        NODES      the number of nodes, instead of the scenario's; 0 keeps the scenario's
        SEED       the number from which the run follows completely (default: 1)
        JSON-FILE  the file for the result as JSON (default: none)

      Exit codes:
        1  the scenario cannot be read, or the file cannot be written
        2  wrong arguments

      Example:  fleet e2e/fleet/examples/ramp.yaml 500 7 target/fleet.json
      """;

  private static final int FAILED = 1;
  private static final int USAGE = 2;

  // Held here, because a logger that nobody holds forgets its level.
  private static final Logger ROOT = Logger.getLogger("");

  private Main() {}

  public static void main(String[] args) {
    ROOT.setLevel(Level.OFF);
    int code = run(List.of(args), System.out, System.err);
    if (code != 0) System.exit(code);
  }

  static int run(List<String> args, PrintStream out, PrintStream err) {
    if (args.equals(List.of("--help"))) {
      out.print(HELP);
      return 0;
    }
    if (args.isEmpty() || args.size() > 4 || args.getFirst().startsWith("-")) {
      err.print(HELP);
      return USAGE;
    }
    try {
      var scenario = ScenarioFile.parse(Files.readString(Path.of(args.getFirst())));
      int nodes = args.size() > 1 ? Integer.parseInt(args.get(1)) : 0;
      long seed = args.size() > 2 ? Long.parseLong(args.get(2)) : 1;
      var result = new Fleet(nodes > 0 ? scenario.withNodes(nodes) : scenario, seed).run();
      out.print(ResultTable.text(result));
      if (args.size() > 3) Files.writeString(Path.of(args.get(3)), ResultTable.json(result));
      return 0;
    } catch (NumberFormatException malformed) {
      err.println("fleet: NODES and SEED must be whole numbers");
      return USAGE;
    } catch (IllegalArgumentException wrong) {
      err.println("fleet: " + args.getFirst() + ": " + wrong.getMessage());
      return FAILED;
    } catch (IOException failed) {
      err.println("fleet: " + failed);
      return FAILED;
    }
  }
}
