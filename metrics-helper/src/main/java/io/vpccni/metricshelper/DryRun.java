package io.vpccni.metricshelper;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vpccni.metricshelper.config.HelperConfig;
import io.vpccni.metricshelper.pods.ApiServer;
import io.vpccni.metricshelper.pods.ApiServerPods;
import io.vpccni.metricshelper.pods.PollRun;
import io.vpccni.metricshelper.pods.PollVerticle;
import io.vpccni.metricshelper.reading.Metric;
import io.vpccni.metricshelper.totals.ClusterMemory;
import io.vpccni.metricshelper.totals.Totals;
import io.vpccni.rpc.log.Redaction;
import java.io.PrintStream;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** Asks all agents once and prints what they say together. */
final class DryRun {
  /** This is the longest time that it takes; a list that gets no answer ends it earlier. */
  private static final long SECONDS = 120;

  private DryRun() {}

  /** Polls once and prints the totals. Returns the exit code: 0, or 1 if the poll failed. */
  static int print(HelperConfig config, PrintStream out, PrintStream err) {
    var vertx = Helper.vertx();
    try {
      var result = Helper.await(poll(config, vertx), SECONDS);
      // As if all pods were new: counters are shown whole.
      var totals =
          new ClusterMemory(true, Map.of()).after(result.poll(), PollVerticle.REMEMBER).totals();
      out.print(table(totals));
      result
          .failures()
          .forEach(
              (pod, why) -> out.println(Redaction.of("no answer: " + pod.name() + ": " + why)));
      return 0;
    } catch (ExecutionException | TimeoutException failed) {
      var cause = failed.getCause() == null ? failed : failed.getCause();
      err.println(
          "cni-metrics-helper: the pods cannot be listed: "
              + Redaction.of(cause.getMessage() == null ? cause.toString() : cause.getMessage()));
      return 1;
    } finally {
      vertx.close();
    }
  }

  /** Whatever is thrown on the way makes the future fail. The client is closed with its Vert.x. */
  private static Future<PollRun.Result> poll(HelperConfig config, Vertx vertx) {
    var context = vertx.getOrCreateContext();
    return context
        .executeBlocking(() -> ApiServer.open(config.kubernetes(), config.aws().version(), vertx))
        .compose(
            api ->
                PollRun.of(
                    new ApiServerPods(api, context),
                    InstantSource.system().instant(),
                    PollVerticle.AT_ONCE));
  }

  static String table(Totals totals) {
    var lines = new StringBuilder();
    lines.append(row("in CloudWatch", "at the agents", "total"));
    for (var metric : Metric.values()) {
      var value = totals.values().get(metric);
      if (value != null) {
        lines.append(row(metric.cloudWatchName(), metric.source(), number(value)));
      }
    }
    return lines
        .append(
            "%d of %d agents answered; counters are those since the start of each agent%n"
                .formatted(totals.coverage().answered(), totals.coverage().listed()))
        .toString();
  }

  private static String row(String name, String source, String value) {
    return "%-27s %-32s %12s%n".formatted(name, source, value);
  }

  private static String number(double value) {
    return value == Math.rint(value)
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.1f", value);
  }
}
