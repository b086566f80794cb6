package io.vpccni.ipamd.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.aws.ApiCallMade;
import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.dataplane.DataplaneReply.HostApplied;
import io.vpccni.ipamd.metrics.Counted.Counter;
import io.vpccni.ipamd.pool.decide.PoolViews;
import io.vpccni.ipamd.pool.state.PoolState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AgentMetricsTest {
  /** Ours appear with the first ENI, as the reference's do with the first sample. */
  private static final Set<String> ABSENT_WITHOUT_ENIS =
      Set.of("awscni_assigned_ip_per_cidr", "awscni_assigned_ip_per_eni");

  private final AgentMetrics metrics = new AgentMetrics("1.2.3");

  private String text() {
    return metrics.text(PoolViews.of(PoolState.initial(DefaultSettings.pool())));
  }

  @Test
  void everyFamilyOfTheReferenceIsThereUnderItsNameAndKind() {
    metrics.count(new Counted(Counter.ADD_REQUESTS, ""));
    metrics.count(new Counted(Counter.DEL_REQUESTS, "PodDeleted"));
    metrics.count(new Counted(Counter.RECONCILED, "eniReconcileAdd", 1));
    metrics.called(call("CreateNetworkInterface", ""));
    metrics.called(call("CreateNetworkInterface", "UnauthorizedOperation"));
    metrics.heard(new DataplaneNews.HostChanged(new HostApplied(Map.of(), Set.of(), "nftables")));
    metrics.started(1.5);
    var text = text();
    for (var line : observed()) {
      var words = line.split(" ", -1);
      if (!ABSENT_WITHOUT_ENIS.contains(words[0])) {
        assertThat(text).contains("# TYPE " + words[0] + " " + words[1] + "\n");
      }
    }
  }

  @Test
  void callsAreCountedByWhatTheyWereAnswered() {
    metrics.called(call("AssignPrivateIpAddresses", ""));
    metrics.called(call("AssignPrivateIpAddresses", ""));
    metrics.called(call("AssignPrivateIpAddresses", "RequestLimitExceeded"));
    assertThat(text())
        .contains("awscni_ec2api_req_count{fn=\"AssignPrivateIpAddresses\"} 3\n")
        .contains("awscni_ec2api_error_count{fn=\"AssignPrivateIpAddresses\"} 1\n")
        .contains(
            "awscni_aws_api_latency_ms_count{api=\"AssignPrivateIpAddresses\",error=\"false\",status=\"200\"} 2\n")
        .contains(
            "awscni_aws_api_error_count{api=\"AssignPrivateIpAddresses\",error=\"RequestLimitExceeded\"} 1\n");
  }

  @Test
  void repairsAreCountedByKindUnderANameThatSaysThatItCounts() {
    metrics.heard(new DataplaneNews.Repaired("ip-rule", 2, false, ""));
    metrics.heard(new DataplaneNews.Repaired("ip-rule", 1, true, ""));
    metrics.heard(new DataplaneNews.Repaired("route", 1, false, ""));
    assertThat(text())
        .containsOnlyOnce("# TYPE awscni_repaired_total counter\n")
        .contains("awscni_repaired_total{kind=\"ip-rule\"} 3\n")
        .contains("awscni_repaired_total{kind=\"route\"} 1\n");
  }

  /** Prometheus' own rule; the reference's names are older and stay as they are. */
  @Test
  void eachCounterOfOursEndsInTotal() {
    metrics.heard(new DataplaneNews.Repaired("ip-rule", 1, false, ""));
    var references = observed().stream().map(line -> line.split(" ", -1)[0]).toList();
    var ours =
        text()
            .lines()
            .filter(line -> line.startsWith("# TYPE ") && line.endsWith(" counter"))
            .map(line -> line.split(" ", -1)[2])
            .filter(name -> !references.contains(name))
            .toList();
    assertThat(ours).isNotEmpty().allMatch(name -> name.endsWith("_total"));
  }

  @Test
  void histogramsAddUp() {
    metrics.measure(Measured.of(Phase.NET_PROGRAMMER, Duration.ofMillis(3).toNanos()));
    metrics.measure(Measured.of(Phase.NET_PROGRAMMER, Duration.ofSeconds(30).toNanos()));
    assertThat(text())
        .contains(
            "awscni_cni_phase_duration_seconds_bucket{phase=\"net_programmer\",le=\"0.002\"} 0\n")
        .contains(
            "awscni_cni_phase_duration_seconds_bucket{phase=\"net_programmer\",le=\"0.005\"} 1\n")
        .contains(
            "awscni_cni_phase_duration_seconds_bucket{phase=\"net_programmer\",le=\"+Inf\"} 2\n")
        .contains("awscni_cni_phase_duration_seconds_count{phase=\"net_programmer\"} 2\n");
  }

  @Test
  void aStrangeAnswerCannotFillTheMemory() {
    for (int i = 0; i < 10_000; i++) metrics.called(call("DescribeSubnets", "Strange" + i));
    assertThat(text().lines().filter(line -> line.startsWith("awscni_aws_api_error_count{")))
        .hasSizeLessThanOrEqualTo(500);
  }

  private static ApiCallMade call(String api, String code) {
    var outcome = code.isEmpty() ? ApiCallMade.Outcome.OK : ApiCallMade.Outcome.REFUSED;
    return new ApiCallMade(
        ApiCallMade.Service.EC2, api, outcome, code, Duration.ofMillis(12), Duration.ZERO);
  }

  private static List<String> observed() {
    var file = AgentMetricsTest.class.getResourceAsStream("/observed/metrics.txt");
    try (var lines =
        new BufferedReader(
            new InputStreamReader(Objects.requireNonNull(file), StandardCharsets.UTF_8))) {
      return lines.lines().toList();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
