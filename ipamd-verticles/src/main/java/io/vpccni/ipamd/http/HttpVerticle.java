package io.vpccni.ipamd.http;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServerRequest;
import io.vpccni.ipamd.aws.ApiCallMade;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.dataplane.DataplaneEndpoints;
import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.ec2.EniStepFailed;
import io.vpccni.ipamd.json.Json;
import io.vpccni.ipamd.kubernetes.KubernetesCalls;
import io.vpccni.ipamd.kubernetes.KubernetesEndpoints;
import io.vpccni.ipamd.kubernetes.KubernetesReply;
import io.vpccni.ipamd.log.LogKeys;
import io.vpccni.ipamd.metrics.AgentMetrics;
import io.vpccni.ipamd.metrics.Counted;
import io.vpccni.ipamd.metrics.Measured;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.ReadHistory;
import io.vpccni.ipamd.pool.PoolMessage.ReadView;
import io.vpccni.ipamd.pool.PoolView;
import io.vpccni.ipamd.retry.VertxTimers;
import io.vpccni.rpc.log.Redaction;
import io.vpccni.rpc.process.Version;
import io.vpccni.rpc.time.ElapsedClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves metrics to everybody, and introspection to the node itself. Owns what is counted. */
public final class HttpVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(HttpVerticle.class);

  /** This is what the reference's server answers to every path that it does not know. */
  private static final Map<String, Object> COMMANDS =
      Map.of(
          "AvailableCommands",
          List.of(
              "/v1/enis",
              "/v1/eni-configs",
              "/v1/networkutils-env-settings",
              "/v1/ipamd-env-settings",
              "/v1/env-settings"));

  /** An API server that has not answered in this time counts as away at the start. */
  private static final Duration API_SERVER = Duration.ofSeconds(10);

  private final AgentConfig.Parsed settings;
  private final ElapsedClock clock;
  private final AgentMetrics metrics = new AgentMetrics(Version.of(HttpVerticle.class));

  public HttpVerticle(AgentConfig.Parsed settings, ElapsedClock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public Future<?> start() {
    var bus = vertx.eventBus();
    var process = settings.config().process();
    if (!process.metrics().isEmpty()) new Listener(vertx, process.metrics(), this::metrics).open();
    if (!process.introspection().isEmpty()) {
      new Listener(vertx, process.introspection(), this::introspect).open();
    }
    double took = sinceStart();
    new VertxTimers(vertx).after(API_SERVER, () -> metrics.start().started(took, false));
    return Future.all(
        Counted.TOPIC.hear(bus, metrics::count),
        Measured.TOPIC.hear(bus, metrics::measure),
        ApiCallMade.TOPIC.hear(bus, metrics::called),
        EniStepFailed.TOPIC.hear(bus, metrics::failed),
        KubernetesEndpoints.NODE.hear(bus, _ -> metrics.start().started(took, true)),
        DataplaneEndpoints.NEWS.hear(bus, this::heard));
  }

  private void heard(DataplaneNews news) {
    metrics.heard(news);
    if (news instanceof DataplaneNews.Connected) metrics.start().initialized(sinceStart());
  }

  /** Returns the seconds since the process began; 0 if the system does not tell. */
  private double sinceStart() {
    return ProcessHandle.current()
        .info()
        .startInstant()
        .map(at -> (clock.date(clock.instant()).toEpochMilli() - at.toEpochMilli()) / 1e3)
        .orElse(0.0);
  }

  private void metrics(HttpServerRequest request) {
    if (!"/metrics".equals(request.path())) {
      request.response().setStatusCode(404).end("404 page not found\n");
      return;
    }
    view()
        .onSuccess(
            view ->
                request
                    .response()
                    .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                    .end(metrics.text(view)))
        .onFailure(error -> failed(request, error));
  }

  private void introspect(HttpServerRequest request) {
    log.atDebug()
        .addKeyValue(LogKeys.PATH, request.path())
        .log("An introspection page was asked for");
    var config = settings.config();
    switch (Objects.requireNonNullElse(request.path(), "")) {
      case "/v1/enis" ->
          view()
              .onSuccess(view -> answer(request, Json.compact(new EniJson(clock).of(view))))
              .onFailure(error -> failed(request, error));
      case "/v1/history" ->
          PoolEndpoints.HISTORY
              .ask(vertx.eventBus(), new ReadHistory(), PoolEndpoints.DEADLINE)
              .onSuccess(history -> answer(request, Json.compact(PoolJson.history(history, clock))))
              .onFailure(error -> failed(request, error));
      case "/v1/conditions" ->
          view()
              .onSuccess(view -> answer(request, Json.compact(PoolJson.conditions(view, clock))))
              .onFailure(error -> failed(request, error));
      case "/v1/eni-configs" -> eniConfig(request);
      case "/v1/networkutils-env-settings" ->
          answer(request, Json.compact(SettingsJson.ofNetwork(config)));
      case "/v1/ipamd-env-settings" -> answer(request, Json.compact(SettingsJson.ofPool(config)));
      case "/v1/env-settings" -> answer(request, Json.compact(SettingsJson.all(settings)));
      default -> answer(request, Json.compact(COMMANDS));
    }
  }

  private void eniConfig(HttpServerRequest request) {
    new KubernetesCalls(vertx.eventBus())
        .eniConfig()
        .onSuccess(
            reply -> {
              switch (reply) {
                case KubernetesReply.EniConfig(var name, var _) ->
                    answer(request, Json.compact(name));
                case KubernetesReply.Failed _ ->
                    request.response().setStatusCode(404).end("Not Found\n");
              }
            });
  }

  private Future<PoolView> view() {
    return PoolEndpoints.VIEW.ask(vertx.eventBus(), new ReadView(), PoolEndpoints.DEADLINE);
  }

  /** The reference lets Go guess the content type; its clients have got used to the guess. */
  private static void answer(HttpServerRequest request, String json) {
    request
        .response()
        .putHeader("Content-Type", "text/plain; charset=utf-8")
        .end(Redaction.of(json));
  }

  private static void failed(HttpServerRequest request, Throwable error) {
    log.atWarn()
        .addKeyValue(LogKeys.PATH, request.path())
        .addKeyValue(LogKeys.WHY, error)
        .log("A page could not be answered");
    request.response().setStatusCode(500).end("Internal Server Error\n");
  }
}
