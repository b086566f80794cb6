package io.vpccni.metricshelper.pods;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vpccni.metricshelper.config.HelperConfig.Kubernetes;
import io.vpccni.metricshelper.reading.Metric;
import io.vpccni.metricshelper.totals.PodId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The real client against an API server that is played. */
class ApiServerPodsTest {
  private static final int AGENTS = 1200;

  private final FakeCluster cluster = new FakeCluster(AGENTS, 0);
  private final Vertx vertx = Vertx.vertx();
  private final ApiServer server =
      ApiServer.open(
          new Kubernetes(Optional.empty(), Optional.of(cluster.url()), "test"), "test", vertx);
  private final ApiServerPods pods =
      new ApiServerPods(server, vertx.getOrCreateContext(), Duration.ofSeconds(5));

  @AfterEach
  void close() throws TimeoutException {
    server.close();
    vertx.close().await(20, TimeUnit.SECONDS);
    cluster.close();
  }

  @Test
  void allPagesOfTheListAndAllAgentsAreRead() throws TimeoutException {
    var result = await(PollRun.of(pods, Instant.EPOCH, PollVerticle.AT_ONCE));
    assertThat(result.failures()).isEmpty();
    assertThat(result.poll().listed()).hasSize(AGENTS);
    assertThat(result.poll().listed()).doesNotHaveDuplicates();
    assertThat(result.poll().answers()).hasSize(AGENTS);
    var reading = result.poll().answers().get(new PodId("pod-1199", "uid-1199"));
    assertThat(reading.value(Metric.ASSIGNED_PER_CIDR)).hasValue(120);
  }

  @Test
  void aPodThatSaysNothingIsGivenUp() {
    cluster.silent.add("pod-7");
    var impatient = new ApiServerPods(server, vertx.getOrCreateContext(), Duration.ofMillis(300));
    assertThatThrownBy(() -> await(impatient.read(new PodId("pod-7", "uid-7"))))
        .hasMessageEndingWith("did not answer within 300 ms");
  }

  @Test
  void aRefusalIsToldWithItsWords() {
    assertThatThrownBy(() -> await(pods.read(new PodId("pod-refused", "1"))))
        .hasMessage(
            "/api/v1/namespaces/kube-system/pods/pod-refused:61678/proxy/metrics answered 503:"
                + " error trying to reach service");
  }

  @Test
  void aPageWithoutEndIsNotKept() {
    assertThatThrownBy(() -> await(pods.read(new PodId("pod-endless", "1"))))
        .hasMessageContaining("too long");
  }

  /** Sixty-four pages are read at once, in a heap of 26 MB. */
  @Test
  void aPageThatNoAgentHasIsNotKept() {
    assertThatThrownBy(() -> await(pods.read(new PodId("pod-large", "1"))))
        .hasMessageContaining("too long: it has more than 524288 bytes");
  }

  @Test
  void theListIsReadInSmallPages() throws TimeoutException {
    assertThat(await(pods.list())).hasSize(AGENTS);
    assertThat(cluster.limits).containsOnly(100).hasSize(AGENTS / 100);
  }

  /** Each byte that comes would put the client's own limit off. */
  @Test
  void anAnswerThatTricklesInIsGivenUpAndHungUpOn() {
    var impatient = new ApiServerPods(server, vertx.getOrCreateContext(), Duration.ofMillis(300));
    assertThatThrownBy(() -> await(impatient.read(new PodId("pod-trickle", "1"))))
        .hasMessageContaining("300");
    assertThat(cluster.hungUp).succeedsWithin(Duration.ofSeconds(30));
  }

  private static <T> T await(Future<T> future) throws TimeoutException {
    return future.await(60, TimeUnit.SECONDS);
  }
}
