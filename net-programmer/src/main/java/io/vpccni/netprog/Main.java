package io.vpccni.netprog;

import io.vpccni.netprog.init.Init;
import io.vpccni.netprog.settings.InitSettings;
import io.vpccni.netprog.settings.Settings;
import io.vpccni.rpc.log.LogLineFormatter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.logging.Level;
import org.slf4j.LoggerFactory;

/** The entry point of {@code net-programmer [serve | init | rehearse]}. */
public final class Main {
  private static final String HELP =
      """
      net-programmer configures the node's network as the node agent (ipamd) tells it to. It talks only to ipamd
      and, on request, to the network policy agent of the same node.

      net-programmer [serve]   serve requests until stopped
      net-programmer init      run once before serve: copy binaries, create folders, take over a predecessor's files
      net-programmer rehearse  start, serve a request of its own and stop, touching nothing; the build makes
                               lib/net-programmer.aot this way
      net-programmer --help, --version

      serve needs uid 0, gid 10001, CAP_NET_ADMIN, CAP_SYS_ADMIN (and CAP_NET_RAW on a node with legacy iptables).
      """;

  private Main() {}

  public static void main(String[] args) {
    LogLineFormatter.toStderr(Level.INFO);
    System.exit(run(List.of(args), System.getenv()));
  }

  /**
   * Runs one subcommand and returns the exit code: 0 for success, 1 for failure, 2 for a usage
   * error.
   */
  static int run(List<String> args, Map<String, String> env) {
    return switch (args.isEmpty() ? "serve" : args.getFirst()) {
      case "serve" -> Serve.run(env);
      case "rehearse" -> Serve.rehearse(env);
      case "init" -> init(env);
      case "--help", "-h", "help" -> {
        System.out.print(HELP + "\n" + Settings.help());
        yield 0;
      }
      case "--version" -> {
        System.out.println("net-programmer " + version());
        yield 0;
      }
      default -> {
        System.err.println(
            "net-programmer: unknown "
                + Arrays.toString(args.toArray())
                + "; see net-programmer --help");
        yield 2;
      }
    };
  }

  private static int init(Map<String, String> env) {
    var home = Optional.ofNullable(System.getProperty("netprog.home")).map(Path::of);
    try {
      return Init.run(InitSettings.parse(env, home));
    } catch (IllegalArgumentException refused) {
      LoggerFactory.getLogger(Main.class).error(String.valueOf(refused.getMessage()));
      return 1;
    }
  }

  /**
   * Returns the version that the jar's manifest names, or {@code dev} if the classes do not come
   * from a jar.
   */
  private static String version() {
    return Objects.requireNonNullElse(Main.class.getPackage().getImplementationVersion(), "dev");
  }
}
