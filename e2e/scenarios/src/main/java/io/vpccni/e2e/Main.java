package io.vpccni.e2e;

import io.vpccni.e2e.bench.Bench;
import io.vpccni.e2e.demo.Demo;
import io.vpccni.e2e.testbed.ShutdownGuard;
import io.vpccni.e2e.testbed.TestbedSettings;
import io.vpccni.e2e.up.Up;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The entry point is {@code testbed demo | up | bench}; its settings are those of the Makefile. */
public final class Main {
  private static final String HELP =
      """
      testbed runs the real daemons on simulated nodes of a simulated VPC. It must run as root.

      usage: testbed demo     add pods, let them ping, delete them, and check that nothing is left
             testbed up       start the same VPC and nodes, print commands to try, and keep them until Ctrl-C
             testbed bench    measure calls, memory and EC2 requests, and print tables
             testbed --help   print this page

      Environment:
        NODES          number of nodes (default: 2)
        PODS           number of pods on each node, for demo (default: 24)
        INSTANCE_TYPE  EC2 instance type of the nodes (default: m5.large)
        AGENT_ENV      further settings of the agent, "K=V K=V", for demo and up
        BENCH          name of the one benchmark to run, for bench (default: all)

      Exit codes:
        0  everything was as it should be
        1  something failed, or testbed does not run as root
        2  unknown arguments, or a setting that cannot be used

      Example:  NODES=3 PODS=10 AGENT_ENV="WARM_IP_TARGET=2" testbed demo
      """;

  private static final List<String> VERBS = List.of("demo", "up", "bench");

  private static final int USAGE = 2;

  private Main() {}

  public static void main(String[] args) {
    System.exit(run(String.join(" ", args), System.getenv(), System.out, System.err));
  }

  /**
   * Does what the command line says and returns the exit code.
   *
   * @param arguments all arguments, separated by blanks
   */
  static int run(String arguments, Map<String, String> env, PrintStream out, PrintStream err) {
    if (List.of("--help", "-h").contains(arguments)) {
      out.print(HELP);
      return 0;
    }
    if (!VERBS.contains(arguments)) {
      err.println(
          arguments.isEmpty()
              ? "testbed: say demo, up or bench; see testbed --help"
              : "testbed: unknown arguments \"" + arguments + "\"; see testbed --help");
      return USAGE;
    }
    return start(arguments, env, err);
  }

  private static int start(String verb, Map<String, String> env, PrintStream err) {
    if (!"root".equals(System.getProperty("user.name"))) {
      err.println("testbed: must run as root, because it makes network and mount namespaces");
      return 1;
    }
    var home = Path.of(System.getProperty("vpccni.home", "."));
    try {
      var settings =
          new TestbedSettings(
              number(env, "NODES", 2),
              env.getOrDefault("INSTANCE_TYPE", "m5.large"),
              agentEnvironment(env.getOrDefault("AGENT_ENV", "")),
              home.resolve("target/testbed-logs"),
              List.of());
      var stop = new ShutdownGuard();
      return switch (verb) {
        case "demo" -> Demo.run(settings, number(env, "PODS", 24), stop);
        case "bench" -> Bench.run(home, env.getOrDefault("BENCH", ""), stop);
        default -> Up.run(settings, home.resolve("target/up.json"), stop);
      };
    } catch (IllegalArgumentException wrong) {
      err.println("testbed: " + wrong.getMessage());
      return USAGE;
    }
  }

  private static int number(Map<String, String> env, String name, int otherwise) {
    var text = env.getOrDefault(name, "");
    try {
      return text.isEmpty() ? otherwise : Integer.parseInt(text);
    } catch (NumberFormatException notANumber) {
      throw new IllegalArgumentException(
          name + " must be a number, not \"" + text + "\"", notANumber);
    }
  }

  private static Map<String, String> agentEnvironment(String text) {
    var all = new TreeMap<String, String>();
    for (var pair : Pattern.compile("\\s+").splitAsStream(text).toList()) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        all.put(pair.substring(0, equals), pair.substring(equals + 1));
      } else if (!pair.isEmpty()) {
        throw new IllegalArgumentException(
            "AGENT_ENV must be K=V pairs; \"" + pair + "\" is not one");
      }
    }
    return all;
  }
}
