package io.vpccni.metricshelper.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.metricshelper.reading.Metric;
import io.vpccni.metricshelper.totals.Totals;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HelperFiguresTest {
  @Test
  void sixTotalsAreServedUnderTheNamesOfTheAgentsPage() {
    var page =
        HelperFigures.page(
            Optional.of(
                new Totals(
                    Instant.ofEpochMilli(1500),
                    Map.of(
                        Metric.MOST_ENIS, 6.0,
                        Metric.MOST_ADDRESSES, 54.0,
                        Metric.ENIS, 3.0,
                        Metric.TOTAL_ADDRESSES, 27.0,
                        Metric.ASSIGNED_ADDRESSES, 12.0,
                        Metric.IPV4_PREFIXES, 0.0,
                        Metric.ADD_REQUESTS, 99.0),
                    new Totals.Coverage(3, 1, 1))),
            2,
            true);
    assertThat(page.lines().filter(line -> !line.startsWith("#")))
        .containsExactly(
            "awscni_assigned_ip_addresses 12",
            "awscni_total_ip_addresses 27",
            "awscni_total_ipv4_prefixes 0",
            "awscni_eni_allocated 3",
            "awscni_eni_max 6",
            "awscni_ip_max 54",
            "cni_metrics_helper_polls_total 2",
            "cni_metrics_helper_leader 1",
            "cni_metrics_helper_agents 3",
            "cni_metrics_helper_agents_answered 1",
            "cni_metrics_helper_agents_remembered 1",
            "cni_metrics_helper_last_poll_timestamp_seconds 1.500");
  }

  @Test
  void beforeTheFirstPollThereAreNoTotals() {
    assertThat(
            HelperFigures.page(Optional.empty(), 0, false)
                .lines()
                .filter(line -> !line.startsWith("#")))
        .containsExactly("cni_metrics_helper_polls_total 0", "cni_metrics_helper_leader 0");
  }
}
