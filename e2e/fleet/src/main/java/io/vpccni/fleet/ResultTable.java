package io.vpccni.fleet;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Locale;

/** Shows a result as a table for people and as JSON for programs. */
final class ResultTable {
  private static final int ROWS = 12;

  private ResultTable() {}

  static String text(FleetResult result) {
    var out = new StringBuilder();
    row(out, "%-34s %10s %10s %10s%n", "EC2 action", "asked", "throttled", "retried");
    result
        .calls()
        .forEach(
            (action, calls) ->
                row(
                    out,
                    "%-34s %10d %10d %10d%n",
                    action,
                    calls.asked(),
                    calls.throttled(),
                    calls.retried()));
    var pods = result.pods();
    row(
        out,
        "%npods: %d got an address, %d ADDs were refused, %d pods have none at the end%n",
        pods.granted(),
        pods.refused(),
        pods.waiting());
    row(
        out,
        "time to address: p50 %.2f s, p99 %.2f s, max %.2f s; over 5 s for the last time at %s%n%n",
        seconds(pods.p50()),
        seconds(pods.p99()),
        seconds(pods.max()),
        clock(pods.steady()));
    row(
        out,
        "%-8s %7s %10s %10s %10s %8s %12s%n",
        "time",
        "nodes",
        "held",
        "used",
        "wasted",
        "ENIs",
        "subnet free");
    int step = Math.max(1, Math.ceilDiv(result.samples().size(), ROWS));
    for (int i = 0; i < result.samples().size(); i++) {
      if (i % step != 0 && i != result.samples().size() - 1) continue;
      var sample = result.samples().get(i);
      row(
          out,
          "%-8s %7d %10d %10d %10d %8d %12d%n",
          clock(sample.at()),
          sample.nodes(),
          sample.held(),
          sample.used(),
          sample.wasted(),
          sample.enis(),
          sample.subnetFree());
    }
    return out.toString();
  }

  private static void row(StringBuilder out, String format, Object... values) {
    out.append(String.format(Locale.ROOT, format, values));
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }

  private static String clock(Duration at) {
    return String.format(
        Locale.ROOT, "%d:%02d:%02d", at.toHours(), at.toMinutesPart(), at.toSecondsPart());
  }

  static String json(FleetResult result) {
    var calls = new JsonObject();
    result
        .calls()
        .forEach(
            (action, counted) ->
                calls.put(
                    action,
                    new JsonObject()
                        .put("asked", counted.asked())
                        .put("throttled", counted.throttled())
                        .put("retried", counted.retried())));
    var pods = result.pods();
    var samples = new JsonArray();
    for (var sample : result.samples()) {
      samples.add(
          new JsonObject()
              .put("atSeconds", sample.at().toSeconds())
              .put("nodes", sample.nodes())
              .put("held", sample.held())
              .put("used", sample.used())
              .put("wasted", sample.wasted())
              .put("enis", sample.enis())
              .put("subnetFree", sample.subnetFree()));
    }
    return new JsonObject()
        .put("calls", calls)
        .put(
            "pods",
            new JsonObject()
                .put("granted", pods.granted())
                .put("refusedAdds", pods.refused())
                .put("waitingAtEnd", pods.waiting())
                .put("p50Ms", pods.p50().toMillis())
                .put("p99Ms", pods.p99().toMillis())
                .put("maxMs", pods.max().toMillis())
                .put("lastOverFiveSecondsAtSeconds", pods.steady().toSeconds()))
        .put("samples", samples)
        .encodePrettily();
  }
}
