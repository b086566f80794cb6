package io.vpccni.ipamd;

import static io.vpccni.ipamd.RealBus.await;
import static io.vpccni.ipamd.RealBus.until;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.http.HttpVerticle;
import io.vpccni.ipamd.kubernetes.KubernetesEndpoints;
import io.vpccni.ipamd.kubernetes.KubernetesReply;
import io.vpccni.ipamd.kubernetes.WarningEvent;
import io.vpccni.rpc.time.ElapsedClock;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** No text that leaves the agent shows a secret that a part below has put into its error. */
class SecretsTest {
  private static final String SECRET = "s3cr3t-s3cr3t-s3cr3t";
  private static final String LEAK = "header refused: Authorization: Bearer " + SECRET;

  @RegisterExtension final RealBus bus = new RealBus();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  @SuppressWarnings("NullAway.Init")
  private GrpcAgent agent;

  @BeforeEach
  void agent() {
    agent = new GrpcAgent(bus.vertx(), folder);
    agent.kubernetes = _ -> Future.succeededFuture(new KubernetesReply.Unavailable(LEAK));
  }

  @Test
  void theAnswerToARuntimeShowsNone() {
    agent.start("ANNOTATE_POD_IP=true");
    assertThat(agent.runtime().call("ADD", "a", "a"))
        .contains("could not be annotated", "[redacted]")
        .doesNotContain(SECRET);
  }

  @Test
  void theStatusOfAGrpcCallShowsNone() {
    agent.start("ANNOTATE_POD_IP=true");
    agent.add("a");
    assertThatThrownBy(() -> agent.del("a"))
        .hasMessageContaining("[redacted]")
        .hasMessageNotContaining(SECRET);
  }

  @Test
  void aConditionAndAnEventShowNone() {
    List<ConditionChanged> conditions = new CopyOnWriteArrayList<>();
    await(ConditionChanged.TOPIC.hear(bus.vertx().eventBus(), conditions::add));
    ConditionChanged.TOPIC.publish(
        bus.vertx().eventBus(), ConditionChanged.raised("X", "", "Y", LEAK));
    until(() -> !conditions.isEmpty());
    assertThat(conditions.getFirst().detail()).contains("[redacted]").doesNotContain(SECRET);
    assertThat(new WarningEvent("X", "Y", LEAK).note()).doesNotContain(SECRET);
  }

  @Test
  void whatNetProgrammerRefusesWithShowsNone() {
    agent.start();
    agent.programmer.refusal = LEAK;
    assertThat(agent.runtime().call("ADD", "a", "a"))
        .contains("failed to setup network", "[redacted]")
        .doesNotContain(SECRET);
    agent.programmerDies();
    agent.programmerStarts();
    until(() -> agent.conditions().contains("Sync was not carried out"));
    assertThat(agent.conditions()).contains("[redacted]").doesNotContain(SECRET);
    assertThat(agent.runtime().call("STATUS", "x", "x"))
        .contains("Sync was not carried out", "[redacted]")
        .doesNotContain(SECRET);
  }

  @Test
  void whatEc2RefusesWithShowsNone() {
    List<WarningEvent> events = new CopyOnWriteArrayList<>();
    await(KubernetesEndpoints.EVENTS.hear(bus.vertx().eventBus(), events::add));
    agent.start("WARM_IP_TARGET=5");
    agent.more.complete(
        new Ec2Reply.Failed(
            "AssignPrivateIpAddresses",
            "InvalidParameterValue",
            LEAK,
            Ec2Reply.FailureKind.PERMANENT,
            Optional.empty()));
    until(() -> agent.conditions().contains("[redacted]"));
    assertThat(agent.conditions()).doesNotContain(SECRET);
    until(() -> events.stream().anyMatch(event -> event.note().contains("[redacted]")));
    assertThat(events).noneMatch(event -> event.note().contains(SECRET));
  }

  @Test
  void aPageShowsNone() {
    var socket = folder.resolve("pages.sock");
    var settings =
        AgentConfig.parse(
            Map.of(
                "ENABLE_IPv4",
                "true",
                "INTROSPECTION_BIND_ADDRESS",
                "unix:" + socket,
                "CLUSTER_ENDPOINT",
                "https://admin:" + SECRET + "@10.0.0.1:6443",
                "WARM_IP_TARGET",
                "token=" + SECRET));
    await(bus.vertx().deployVerticle(new HttpVerticle(settings, ElapsedClock.system())));
    var page = page(socket);
    assertThat(page.toString())
        .contains("CLUSTER_ENDPOINT", "token=[redacted]")
        .doesNotContain(SECRET);
  }

  /** A socket is there some time before somebody serves it: whoever is too early asks again. */
  private Buffer page(Path socket) {
    var client = bus.vertx().createHttpClient();
    var page = new AtomicReference<@Nullable Buffer>();
    until(
        () -> {
          try {
            page.set(await(ask(client, socket)));
            return true;
          } catch (AssertionError early) {
            return false;
          }
        });
    return Objects.requireNonNull(page.get());
  }

  private static Future<Buffer> ask(HttpClient client, Path socket) {
    return client
        .request(
            new RequestOptions()
                .setServer(SocketAddress.domainSocketAddress(socket.toString()))
                .setHost("localhost")
                .setURI("/v1/env-settings"))
        .compose(HttpClientRequest::send)
        .compose(HttpClientResponse::body)
        .timeout(1, TimeUnit.SECONDS);
  }
}
