package io.vpccni.e2e;

import io.vpccni.e2e.bench.Bench;
import io.vpccni.e2e.demo.Demo;
import io.vpccni.e2e.testbed.ShutdownGuard;
import io.vpccni.e2e.testbed.TestbedSettings;
import io.vpccni.e2e.up.Up;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Pattern;

/** Entry point: {@code testbed demo | up | bench}; the settings are those of the Makefile. */
public final class Main {
  /** The mock API server would tell each request; kept here, or its level would be forgotten. */
  private static final Logger MOCK_SERVER = Logger.getLogger("io.fabric8.mockwebserver");

  private Main() {}

  public static void main(String[] args) {
    MOCK_SERVER.setLevel(Level.WARNING);
    System.exit(run(args.length == 1 ? args[0] : "", System.getenv()));
  }

  private static int run(String verb, Map<String, String> env) {
    if (!"root".equals(System.getProperty("user.name"))) {
      System.err.println("testbed: needs root: it makes network and mount namespaces");
      return 1;
    }
    var home = Path.of(System.getProperty("vpccni.home", "."));
    try {
      var settings =
          new TestbedSettings(
              number(env, "NODES", 2),
              env.getOrDefault("INSTANCE_TYPE", "m5.large"),
              agentEnvironment(env.getOrDefault("AGENT_ENV", "")),
              home.resolve("target/testbed-logs"));
      var stop = new ShutdownGuard();
      return switch (verb) {
        case "demo" -> Demo.run(settings, number(env, "PODS", 24), stop);
        case "bench" -> Bench.run(home, env.getOrDefault("BENCH", ""), stop);
        case "up" -> Up.run(settings, home.resolve("target/up.json"), stop);
        default -> {
          System.err.println("usage: testbed demo|up|bench");
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
      throw new IllegalArgumentException(name + ": a number, not " + text, notANumber);
    }
  }

  private static Map<String, String> agentEnvironment(String text) {
    var all = new TreeMap<String, String>();
    for (var pair : Pattern.compile("\\s+").splitAsStream(text).toList()) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        all.put(pair.substring(0, equals), pair.substring(equals + 1));
      } else if (!pair.isEmpty()) {
        throw new IllegalArgumentException("AGENT_ENV: K=V pairs, not " + pair);
      }
    }
    return all;
  }
}
