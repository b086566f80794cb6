package io.vpccni.metricshelper;

import io.vpccni.metricshelper.config.CommandLine;
import io.vpccni.metricshelper.config.HelperConfig;
import io.vpccni.metricshelper.log.Logs;
import io.vpccni.rpc.log.Redaction;
import io.vpccni.rpc.process.ServiceProcess;
import io.vpccni.rpc.process.Version;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import org.slf4j.LoggerFactory;

/** The entry point {@code cni-metrics-helper} runs the metrics helper. */
public final class Main {
  private static final String HELP =
      """
      cni-metrics-helper adds up the metrics of all node agents (the pods aws-node) of a cluster. It reads
      them through the API server, and sends the totals to CloudWatch, serves them to Prometheus, or both.

      usage: cni-metrics-helper [options]

        --cloudwatch[=false]   send totals to CloudWatch (default: true); USE_CLOUDWATCH overrules it
        --prometheus[=true]    serve totals on port 61681 (default: false); USE_PROMETHEUS overrules it
        --kubeconfig PATH      reach the API server as this file says
        --dry-run              ask all agents once, print the totals as a table, send nothing
        --help                 print this page
        --version              print the version

      Settings are environment variables with the names of amazon-vpc-cni-k8s, such as
      METRIC_UPDATE_INTERVAL and AWS_CLUSTER_ID; docs/metrics-helper.md lists them.

      Exit codes:
        0  stopped by a signal, or the table was printed
        1  could not start: a setting is refused, or the name of the cluster or of the region cannot be
           found out; with --dry-run: the pods cannot be listed
        2  unknown arguments

      Example:  cni-metrics-helper --dry-run --kubeconfig ~/.kube/config
      """;

  private static final int USAGE = 2;

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(run(List.of(arguments), System.getenv(), System.out, System.err));
  }

  /** Does what the command line says and returns the exit code. */
  static int run(
      List<String> arguments, Map<String, String> env, PrintStream out, PrintStream err) {
    return switch (CommandLine.parse(arguments)) {
      case CommandLine.Help() -> {
        out.print(HELP);
        yield 0;
      }
      case CommandLine.ShowVersion() -> {
        out.println("cni-metrics-helper " + Version.of(Main.class));
        yield 0;
      }
      case CommandLine.Mistake(var message) -> {
        err.println(
            "cni-metrics-helper: " + Redaction.of(message) + "; see cni-metrics-helper --help");
        yield USAGE;
      }
      case CommandLine.Run run -> run(run, env, out, err);
    };
  }

  private static int run(
      CommandLine.Run run, Map<String, String> env, PrintStream out, PrintStream err) {
    HelperConfig.Parsed parsed;
    try {
      parsed = HelperConfig.parse(run, env);
    } catch (IllegalArgumentException refused) {
      err.println(
          "cni-metrics-helper cannot start: " + Redaction.of(String.valueOf(refused.getMessage())));
      return ServiceProcess.CANNOT_START;
    }
    // The table of a dry run is alone on stdout.
    Logs.set(parsed.config().logLevel(), run.dryRun() ? err : out);
    var log = LoggerFactory.getLogger(Main.class);
    parsed.problems().forEach(problem -> log.warn("A setting cannot be used: {}", problem));
    if (run.dryRun()) {
      return DryRun.print(parsed.config(), out, err);
    }
    log.atInfo().addKeyValue("version", Version.of(Main.class)).log("Starting");
    var helper = new Helper(parsed.config());
    return ServiceProcess.run(helper::start, helper::stop, log);
  }
}
