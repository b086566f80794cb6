package io.vpccni.ipamd.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.aws.ApiCallMade;
import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.dataplane.DataplaneReply.HostApplied;
import io.vpccni.ipamd.ec2.EniStepFailed;
import io.vpccni.ipamd.metrics.Counted.Counter;
import io.vpccni.ipamd.pool.decide.PoolViews;
import io.vpccni.ipamd.pool.state.PoolState;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AgentMetricsTest {
  private final AgentMetrics metrics = new AgentMetrics("1.2.3");

  private String text() {
    return metrics.text(PoolViews.of(PoolState.initial(DefaultSettings.pool())));
  }

  /** Families that only a pool with ENIs shows are tested with the pool's gauges. */
  private static boolean ofEnis(Family family) {
    return switch (family) {
      case ASSIGNED_BY_CIDR, ASSIGNED_BY_ENI, SUBNET_ADDRESSES, SUBNET_ENIS, CONDITION -> true;
      default -> false;
    };
  }

  @Test
  void eachFamilyOfTheTableIsShownOnceItHasASample() {
    for (var counter : Counter.values()) metrics.count(new Counted(counter, "any"));
    metrics.called(call("CreateNetworkInterface", ""));
    metrics.called(call("CreateNetworkInterface", "UnauthorizedOperation"));
    metrics.called(
        new ApiCallMade(
            ApiCallMade.Service.IMDS,
            "GetMetadata",
            ApiCallMade.Outcome.OK,
            "",
            Duration.ofMillis(1),
            Duration.ZERO));
    metrics.failed(new EniStepFailed(EniStepFailed.FREE, "DeleteNetworkInterface: InUse"));
    metrics.heard(new DataplaneNews.HostChanged(new HostApplied(Map.of(), Set.of(), "nftables")));
    metrics.heard(new DataplaneNews.Repaired("ip-rule", 1, false, ""));
    metrics.measure(Measured.of(Phase.ADD, 1));
    metrics.start().started(1.5, true);
    metrics.start().initialized(2);
    var text = text();
    assertThat(Family.values())
        .filteredOn(family -> !ofEnis(family))
        .allSatisfy(
            family ->
                assertThat(text)
                    .containsOnlyOnce(
                        "# TYPE " + family.text() + " " + family.kind().text() + "\n"));
  }

  @Test
  void bothResultsOfSettingUpTheHostAreThereFromTheStart() {
    assertThat(text())
        .contains("awscni_connmark_reconcile_total{result=\"error\"} 0\n")
        .contains("awscni_connmark_reconcile_total{result=\"success\"} 0\n");
    metrics.heard(new DataplaneNews.HostChanged(new HostApplied(Map.of(), Set.of(), "nftables")));
    metrics.count(new Counted(Counter.HOST_SETUPS, "error"));
    metrics.count(new Counted(Counter.HOST_SETUPS, "error"));
    assertThat(text())
        .contains("awscni_connmark_reconcile_total{result=\"error\"} 2\n")
        .contains("awscni_connmark_reconcile_total{result=\"success\"} 1\n");
  }

  @Test
  void theStartIsMeasuredOnce() {
    metrics.start().started(1.5, true);
    metrics.start().started(10, false);
    metrics.start().initialized(2);
    metrics.start().initialized(90);
    assertThat(text())
        .contains(
            "awscni_ipamd_startup_duration_seconds_sum"
                + "{failure_reason=\"\",success=\"true\",with_api_server=\"true\"} 1.5\n")
        .contains("awscni_ipamd_node_initialization_duration_seconds_sum{success=\"true\"} 2\n")
        .doesNotContain("with_api_server=\"false\"");
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
}
