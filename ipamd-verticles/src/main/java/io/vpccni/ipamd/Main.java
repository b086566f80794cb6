package io.vpccni.ipamd;

import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.config.Refused;
import io.vpccni.ipamd.log.LogKeys;
import io.vpccni.ipamd.log.Logs;
import io.vpccni.rpc.process.ServiceProcess;
import io.vpccni.rpc.process.Version;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/** The entry point {@code ipamd [rehearse]} runs the node agent. */
public final class Main {
  private static final String HELP =
      """
      ipamd is the node agent: it gives the pods of this node addresses of the VPC, and attaches and
      detaches the ENIs that they need. It runs without privileges; net-programmer changes the kernel.

      usage: ipamd              serve until stopped by a signal
             ipamd rehearse     serve pods on a simulated node, then exit; needs no privileges. A JVM that
                                records this run makes lib/ipamd.aot, the cache of loaded classes.
             ipamd --help       print this page
             ipamd --version    print the version

      Settings are environment variables with the names of amazon-vpc-cni-k8s, such as WARM_ENI_TARGET;
      docs/settings.md lists them. http://127.0.0.1:61679/v1/env-settings shows the values in force and
      those that could not be used.

      Exit codes:
        0  stopped by a signal
        1  could not start: settings contradict each other, a socket is taken, or a folder cannot be written
        2  unknown arguments

      Example:  MY_NODE_NAME=$(hostname) WARM_IP_TARGET=5 MINIMUM_IP_TARGET=10 ipamd
      """;

  private static final int USAGE = 2;
  private static final long STOP_SECONDS = 5;

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(String.join(" ", arguments), System.out, System.err));
  }

  /**
   * Does what the command line says and returns the exit code.
   *
   * @param arguments all arguments, separated by blanks
   */
  static int run(String arguments, PrintStream out, PrintStream err) {
    return switch (arguments) {
      case "" -> serve();
      case "rehearse" -> Rehearse.run();
      case "--help", "-h" -> {
        out.print(HELP);
        yield 0;
      }
      case "--version" -> {
        out.println("ipamd " + Version.of(Main.class));
        yield 0;
      }
      default -> {
        err.println("ipamd: unknown arguments \"" + arguments + "\"; see ipamd --help");
        yield USAGE;
      }
    };
  }

  private static int serve() {
    AgentConfig.Parsed settings;
    try {
      settings = AgentConfig.parse(System.getenv());
    } catch (Refused refused) {
      refused.reasons().forEach(reason -> System.err.println("ipamd cannot start: " + reason));
      return ServiceProcess.CANNOT_START;
    }
    var process = settings.config().process();
    var logProblem = Logs.set(process.logFile(), process.logLevel(), InstantSource.system());
    var log = LoggerFactory.getLogger(Main.class);
    logProblem.ifPresent(log::warn);
    settings
        .problems()
        .forEach(
            problem ->
                log.atWarn()
                    .addKeyValue(LogKeys.SETTING, problem.name())
                    .addKeyValue(LogKeys.VALUE, problem.value())
                    .log(problem.message()));
    log.atInfo().addKeyValue(LogKeys.VERSION, Version.of(Main.class)).log("Starting");
    var agent = new Agent(settings, Agent.CNI_PEERS);
    return ServiceProcess.run(agent::start, () -> agent.stop(STOP_SECONDS, TimeUnit.SECONDS), log);
  }
}
