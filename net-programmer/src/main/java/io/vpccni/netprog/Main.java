package io.vpccni.netprog;

import io.vpccni.netprog.init.Init;
import io.vpccni.netprog.settings.InitSettings;
import io.vpccni.netprog.settings.Settings;
import io.vpccni.rpc.log.LogLineFormatter;
import io.vpccni.rpc.process.Version;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import org.slf4j.LoggerFactory;

/**
 * Runs {@code net-programmer [serve | init | rehearse]}; its launcher does {@code probe} itself.
 */
public final class Main {
  private static final String HELP =
      """
      net-programmer configures the node's network as the node agent (ipamd) tells it to. It talks only to ipamd
      and, on request, to the network policy agent of the same node.

      usage: net-programmer [serve]     serve requests until stopped by a signal
             net-programmer probe       tell whether the one that serves answers, for a liveness probe: exit with 0, or
                                        print what is wrong and exit with 1. Starts no JVM.
             net-programmer init        run once before serve: copy the plugin binaries, create folders, set
                                        kernel parameters, and take over a predecessor's files
             net-programmer rehearse    start, serve a request of its own, change nothing, and exit. A JVM that
                                        records this run makes lib/net-programmer.aot, the cache of loaded classes.
             net-programmer --help      print this page
             net-programmer --version   print the version

      serve needs uid 0, gid 10001, CAP_NET_ADMIN and CAP_SYS_ADMIN, and on a node with legacy iptables also
      CAP_NET_RAW.

      Exit codes:
        0  stopped by a signal; or probe, init or rehearse has succeeded
        1  could not start, or probe, init or rehearse has failed; the log says why
        2  unknown arguments

      Example:  NETPROG_SOCKET=/run/test/net-programmer.sock net-programmer serve
      """;

  private Main() {}

  public static void main(String[] args) {
    LogLineFormatter.toStderr(Level.INFO);
    System.exit(run(String.join(" ", args), System.getenv(), System.out, System.err));
  }

  /**
   * Runs one subcommand and returns the exit code: 0 for success, 1 for failure, 2 for a usage
   * error.
   *
   * @param arguments all arguments, separated by blanks
   */
  static int run(String arguments, Map<String, String> env, PrintStream out, PrintStream err) {
    return switch (arguments) {
      case "", "serve" -> Serve.run(env);
      case "rehearse" -> Serve.rehearse(env);
      case "init" -> init(env);
      case "--help",
          "-h",
          "help",
          "serve --help",
          "probe --help",
          "init --help",
          "rehearse --help" -> {
        out.print(HELP + "\n" + Settings.help());
        yield 0;
      }
      case "--version" -> {
        out.println("net-programmer " + Version.of(Main.class));
        yield 0;
      }
      default -> {
        err.println(
            "net-programmer: unknown arguments \"" + arguments + "\"; see net-programmer --help");
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
}
