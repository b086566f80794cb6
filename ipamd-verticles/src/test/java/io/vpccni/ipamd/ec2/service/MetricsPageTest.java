package io.vpccni.ipamd.ec2.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.ec2.Ec2Request.FreeEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.http.HttpVerticle;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.decide.PoolViews;
import io.vpccni.ipamd.pool.state.PoolState;
import io.vpccni.ipamd.retry.Waiting;
import io.vpccni.rpc.time.ElapsedClock;
import io.vpccni.sim.ec2.AddressRequest;
import io.vpccni.sim.ec2.Ec2Answer;
import io.vpccni.sim.ec2.EniCall;
import io.vpccni.sim.faults.Fault;
import io.vpccni.sim.faults.Lag;
import io.vpccni.sim.http.Gate;
import io.vpccni.sim.http.Servers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * These tests show what Prometheus gets, from the agent's own page, of calls to a real (simulated)
 * cloud.
 */
@ExtendWith(VertxExtension.class)
class MetricsPageTest {
  private final HttpClient http = HttpClient.newHttpClient();
  private LoopbackNode node;
  private URI page;

  @BeforeEach
  void start(Vertx vertx) {
    node = new LoopbackNode(vertx, "m5.24xlarge").agent();
    page = page();
  }

  private URI page() {
    var address = "127.0.0.1:" + freePort();
    var settings =
        AgentConfig.parse(
            Map.of(
                "ENABLE_IPv4", "true",
                "DISABLE_INTROSPECTION", "true",
                "METRICS_BIND_ADDRESS", address));
    var vertx = node.agentVertx();
    var view = PoolViews.of(PoolState.initial(DefaultSettings.pool()));
    Waiting.done(PoolEndpoints.VIEW.serve(vertx.eventBus(), _ -> Future.succeededFuture(view)));
    Waiting.done(vertx.deployVerticle(new HttpVerticle(settings, ElapsedClock.system())));
    return URI.create("http://" + address + "/metrics");
  }

  private static int freePort() {
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    } catch (IOException none) {
      throw new AssertionError(none);
    }
  }

  @AfterEach
  void close() {
    http.close();
    node.close();
  }

  /** Empty while the page is not there yet. */
  private String text() {
    try {
      return http.send(
              HttpRequest.newBuilder(page).timeout(Duration.ofSeconds(10)).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException notYet) {
      return "";
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }

  private void shows(String... lines) {
    for (var line : lines) {
      Waiting.within(line, Duration.ofSeconds(20), () -> text().contains(line));
    }
  }

  /** Returns the value of a sample, or −1. */
  private double value(String sample) {
    var found =
        Pattern.compile("^" + Pattern.quote(sample) + " (\\S+)$", Pattern.MULTILINE)
            .matcher(text());
    return found.find() ? Double.parseDouble(String.valueOf(found.group(1))) : -1;
  }

  @Test
  void aNewEniIsCountedAndTimedStepByStep() {
    node.describe();
    node.create(2);
    var labels = ",error=\"false\",status=\"200\"} 1\n";
    shows(
        "awscni_aws_api_latency_ms_count{api=\"CreateNetworkInterface\"" + labels,
        "awscni_aws_api_latency_ms_count{api=\"AttachNetworkInterface\"" + labels,
        "awscni_aws_api_latency_ms_count{api=\"ModifyNetworkInterfaceAttribute\"" + labels,
        "awscni_aws_api_latency_ms_count{api=\"waitForENIAndIPsAttached\"" + labels,
        "awscni_ec2api_req_count{fn=\"CreateNetworkInterface\"} 1\n",
        "awscni_ec2_call_duration_seconds_count{api=\"AttachNetworkInterface\",outcome=\"ok\"} 1\n",
        "awscni_ec2_limiter_wait_seconds_count{api=\"CreateNetworkInterface\"} 1\n");
    assertThat(text())
        .as("a wait is no request")
        .doesNotContain("fn=\"waitForENIAndIPsAttached\"")
        .doesNotContain("awscni_ec2api_error_count")
        .doesNotContain("awscni_aws_utils_error_count");
    assertThat(value("awscni_imds_read_duration_seconds_count{outcome=\"ok\"}"))
        .as("facts, and each ENI's keys")
        .isGreaterThan(20);
    assertThat(
            value(
                "awscni_aws_api_latency_ms_sum{api=\"CreateNetworkInterface\""
                    + ",error=\"false\",status=\"200\"}"))
        .as("milliseconds")
        .isBetween(0.5, 20_000.0);
  }

  @Test
  void whatWaitsForOurOwnBudgetIsTimedApart() {
    node.describe();
    var waits = "awscni_ec2_limiter_wait_seconds_";
    var count = waits + "count{api=\"DescribeNetworkInterfaces\"}";
    double before = value(count);
    long begun = System.nanoTime();
    var replies =
        IntStream.range(0, 120)
            .mapToObj(n -> node.send(new FreeEni(new EniId("eni-%017x".formatted(n)))))
            .toList();
    replies.forEach(Waiting::done);
    double asked = value(count);
    assertThat(asked - before)
        .as("the burst of 100, then one each 50 ms, however slow this machine is")
        .isBetween(120.0, 105 + (System.nanoTime() - begun) / 50e6);
    assertThat(value(waits + "bucket{api=\"DescribeNetworkInterfaces\",le=\"0.02\"}"))
        .as("those of the burst need not wait")
        .isGreaterThanOrEqualTo(95)
        .isLessThan(asked);
    assertThat(value(waits + "sum{api=\"DescribeNetworkInterfaces\"}")).isGreaterThan(1);
  }

  @Test
  void anErrorIsCountedByItsCodeAndASilenceIsNot() {
    node.describe();
    node.fault(Fault.nth(1, "CreateNetworkInterface", Fault.refuse("UnauthorizedOperation")));
    node.ask(LoopbackNode.newEni(1));
    node.sim.servers().gate(Servers.Service.EC2).mode(new Gate.Mode.Refusing());
    node.ask(LoopbackNode.newEni(1));
    shows(
        "awscni_aws_api_latency_ms_count{api=\"CreateNetworkInterface\",error=\"true\",status=\"UnauthorizedOperation\"} 1\n",
        "awscni_aws_api_error_count{api=\"CreateNetworkInterface\",error=\"UnauthorizedOperation\"} 1\n",
        "awscni_ec2_call_duration_seconds_count{api=\"CreateNetworkInterface\",outcome=\"no_answer\"}");
    double silent =
        value(
            "awscni_aws_api_latency_ms_count{api=\"CreateNetworkInterface\",error=\"true\",status=\"\"}");
    assertThat(silent).as("tries without an answer").isPositive();
    assertThat(value("awscni_ec2api_error_count{fn=\"CreateNetworkInterface\"}"))
        .isEqualTo(silent + 1);
    assertThat(text()).doesNotContain("error=\"Unreachable\"");
  }

  @Test
  void stepsThatEc2RefusesAreCountedByTheReferencesNames() {
    var left =
        (Ec2Answer.EniCreated)
            node.cloud.perform(
                EniCall.CreateNetworkInterface.in(
                    node.subnet,
                    List.of(),
                    AddressRequest.count(1),
                    new TreeMap<>(Map.of("node.k8s.amazonaws.com/instance_id", node.instance))),
                Instant.now());
    node.cloud.perform(
        new EniCall.ModifyNetworkInterfaceAttribute(
            left.eni().eni().id(), new EniCall.EniChange.Description("aws-K8S-" + node.instance)),
        Instant.now());
    node.fault(Fault.always("DeleteNetworkInterface", Fault.refuse("UnauthorizedOperation")));
    node.describe();
    var denied = "error=\"DeleteNetworkInterface: UnauthorizedOperation: ";
    shows("awscni_aws_utils_error_count{" + denied);
    assertThat(text()).contains("fn=\"cleanUpLeakedENIDeleteErr\"} 1\n");

    var eni = node.create(1);
    node.ask(new FreeEni(eni.id()));
    shows("fn=\"FreeENIDeleteErr\"} 1\n");

    node.fault(Fault.always("AttachNetworkInterface", Fault.refuse("AttachmentLimitExceeded")));
    node.ask(LoopbackNode.newEni(1));
    shows(
        "error=\"AttachNetworkInterface: AttachmentLimitExceeded: ",
        "fn=\"AllocENIDeleteErr\"} 1\n");

    node.fault(Fault.always("DescribeNetworkInterfaces", Fault.refuse("UnauthorizedOperation")));
    node.ask(new FreeEni(new EniId("eni-0123456789abcdef0")));
    shows("fn=\"getENIAttachmentIDFailed\"} 1\n");
  }

  @Test
  void thatAnEniIsGoneAlreadyIsNoError() {
    node.describe();
    node.ask(new FreeEni(new EniId("eni-0123456789abcdef0")));
    shows(
        "awscni_aws_api_latency_ms_count{api=\"DescribeNetworkInterfaces\",error=\"true\",status=\"InvalidNetworkInterfaceID.NotFound\"} 1\n");
    assertThat(text()).doesNotContain("awscni_aws_api_error_count");
  }

  /** Somebody else attaches one; Describe lags behind IMDS. */
  @Test
  void anEniThatOnlyImdsShowsIsOutOfSync() {
    node.describe();
    node.cloud.lag(new Lag(Duration.ofSeconds(30), Duration.ZERO, Duration.ZERO));
    var now = Instant.now();
    var created =
        (Ec2Answer.EniCreated)
            node.cloud.perform(
                EniCall.CreateNetworkInterface.in(
                    node.subnet, List.of(), AddressRequest.count(1), Map.of()),
                now);
    node.cloud.perform(
        new EniCall.AttachNetworkInterface(created.eni().eni().id(), node.instance, 1, 0), now);
    node.describe();
    shows(
        "awscni_aws_api_error_count{api=\"IMDSMetaDataOutOfSync\",error=\"InvalidNetworkInterfaceID.NotFound\"} ");
  }
}
