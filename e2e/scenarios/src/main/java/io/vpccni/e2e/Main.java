package io.vpccni.e2e;

import io.vpccni.e2e.bench.Bench;
import io.vpccni.e2e.demo.Demo;
import io.vpccni.e2e.testbed.ShutdownGuard;
import io.vpccni.e2e.testbed.TestbedSettings;
import io.vpccni.e2e.up.Up;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** The entry point is {@code testbed demo | up | bench}; its settings are those of the Makefile. */
public final class Main {
  private static final String HELP =
      """
      usage: testbed demo | up | bench

        demo   adds pods on simulated nodes, lets them ping, deletes them, and checks that nothing is left
        up     starts the same VPC and nodes, prints commands to try, and keeps them until Ctrl-C
        bench  measures calls, memory and EC2 requests, and prints tables

      It must run as root. Its settings are environment variables:
        NODES          number of nodes (2)
        PODS           pods on each node, for demo (24)
        INSTANCE_TYPE  EC2 instance type of the nodes (m5.large)
        AGENT_ENV      more settings of the agent, "K=V K=V", for up
        BENCH          the one benchmark to run, for bench (all)
      """;

  private Main() {}

  public static void main(String[] args) {
    System.exit(run(args.length == 1 ? args[0] : "", System.getenv()));
  }

  private static int run(String verb, Map<String, String> env) {
    if (verb.equals("--help")) {
      System.out.print(HELP);
      return 0;
    }
    if (!"root".equals(System.getProperty("user.name"))) {
      System.err.println(
          "testbed: must run as root, because it makes network and mount namespaces");
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
        case "up" -> Up.run(settings, home.resolve("target/up.json"), stop);
        default -> {
          System.err.print(HELP);
          yield 2;
        }
      };
    } catch (IllegalArgumentException wrong) {
      System.err.println("testbed: " + wrong.getMessage());
      return 2;
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
        throw new IllegalArgumentException("AGENT_ENV must be K=V pairs; \"" + pair + "\" is none");
      }
    }
    return all;
  }
}
