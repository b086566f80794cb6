package io.vpccni.metricshelper.http;

import io.vpccni.metricshelper.reading.Metric;
import io.vpccni.metricshelper.totals.Totals;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Writes the page for Prometheus: six totals under the names that they have on an agent's page, and
 * figures of this program. Source of the six: amazon-vpc-cni-k8s v1.23.1.
 */
final class HelperFigures {
  private static final Map<Metric, String> SERVED =
      Map.of(
          Metric.MOST_ENIS, "The maximum number of ENIs that can be attached, of all nodes",
          Metric.MOST_ADDRESSES, "The maximum number of addresses that pods can have, of all nodes",
          Metric.ENIS, "The number of attached ENIs of all nodes",
          Metric.TOTAL_ADDRESSES, "The number of addresses for pods on all nodes",
          Metric.ASSIGNED_ADDRESSES, "The number of addresses that pods have, on all nodes",
          Metric.IPV4_PREFIXES, "The number of IPv4 prefixes of all nodes");

  private HelperFigures() {}

  /**
   * Returns the page, which has totals after the first poll.
   *
   * @param leads whether this replica is the one that polls
   */
  static String page(Optional<Totals> last, long polls, boolean leads) {
    var page = new StringBuilder();
    for (var metric : Metric.values()) {
      var help = SERVED.get(metric);
      var value = last.map(Totals::values).map(values -> values.get(metric));
      if (help != null && value.isPresent()) {
        add(page, metric.source(), "gauge", help, value.get());
      }
    }
    add(page, "cni_metrics_helper_polls_total", "counter", "Polls of all agents", (double) polls);
    add(
        page,
        "cni_metrics_helper_leader",
        "gauge",
        "Whether this replica polls the agents: 1 or 0",
        leads ? 1 : 0);
    last.ifPresent(
        totals -> {
          var coverage = totals.coverage();
          add(
              page,
              "cni_metrics_helper_agents",
              "gauge",
              "Pods of the agent that exist",
              coverage.listed());
          add(
              page,
              "cni_metrics_helper_agents_answered",
              "gauge",
              "Pods that answered in the last poll",
              coverage.answered());
          add(
              page,
              "cni_metrics_helper_agents_remembered",
              "gauge",
              "Pods that did not answer and count with what they said last",
              coverage.remembered());
          add(
              page,
              "cni_metrics_helper_last_poll_timestamp_seconds",
              "gauge",
              "When the pods were last listed",
              totals.at().toEpochMilli() / 1e3);
        });
    return page.toString();
  }

  private static void add(StringBuilder page, String name, String type, String help, double value) {
    page.append("# HELP ").append(name).append(' ').append(help).append('\n');
    page.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    page.append(name).append(' ').append(number(value)).append('\n');
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : String.format(Locale.ROOT, "%.3f", value);
  }
}
