package io.vpccni.metricshelper.http;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.disposables.CompositeDisposable;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vpccni.metricshelper.leader.Leadership;
import io.vpccni.metricshelper.totals.Totals;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code /healthz}, {@code /readyz} and, for Prometheus, {@code /metrics}. If it cannot
 * listen on its address, it tries again until it can.
 */
public final class HttpVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(HttpVerticle.class);
  private static final Set<String> PATHS = Set.of("/healthz", "/readyz", "/metrics");
  private static final int IDLE_SECONDS = 5;
  private static final long FIRST_RETRY_MS = 1000;
  private static final long LAST_RETRY_MS = 60_000;

  private final Flowable<Totals> totals;
  private final Leadership leadership;
  private final boolean prometheus;
  private final String host;
  private final int port;
  private Optional<Totals> last = Optional.empty();
  private long polls;
  private volatile int listening;
  private final CompositeDisposable subscriptions = new CompositeDisposable();

  /**
   * @param totals those of each poll, on the context of this verticle
   * @param address {@code host:port}; without a host all addresses of the machine
   * @param prometheus whether there is a page for Prometheus
   */
  public HttpVerticle(
      Flowable<Totals> totals, Leadership leadership, String address, boolean prometheus) {
    this.totals = totals;
    this.leadership = leadership;
    this.prometheus = prometheus;
    int colon = address.lastIndexOf(':');
    var name = address.substring(0, colon).replaceAll("[\\[\\]]", "");
    this.host = name.isEmpty() ? "::" : name;
    this.port = Integer.parseInt(address.substring(colon + 1));
  }

  @Override
  public Future<?> start() {
    subscriptions.addAll(
        totals.subscribe(
            polled -> {
              last = Optional.of(polled);
              polls++;
            }),
        leadership
            .changes()
            .subscribe(
                leads -> {
                  if (!leads) last = Optional.empty();
                }));
    return listen(FIRST_RETRY_MS);
  }

  @Override
  public Future<?> stop() {
    subscriptions.dispose();
    return Future.succeededFuture();
  }

  /** Completes after the first attempt, whatever came of it. */
  private Future<?> listen(long retry) {
    return vertx
        .createHttpServer(
            new HttpServerOptions()
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setHttp2ClearTextEnabled(false)
                .setMaxInitialLineLength(4096))
        .requestHandler(this::answer)
        .listen(port, host)
        .onSuccess(
            server -> {
              listening = server.actualPort();
              log.atInfo().addKeyValue("port", listening).log("Listening");
            })
        .onFailure(
            error -> {
              log.atWarn()
                  .addKeyValue("address", host + ":" + port)
                  .addKeyValue("why", String.valueOf(error.getMessage()))
                  .log("Cannot listen; trying again");
              vertx.setTimer(retry, _ -> listen(Math.min(LAST_RETRY_MS, 2 * retry)));
            })
        .otherwiseEmpty();
  }

  /** Returns the port on which it listens, or 0 before it does. */
  int port() {
    return listening;
  }

  private void answer(HttpServerRequest request) {
    var path = Objects.requireNonNullElse(request.path(), "");
    var response = request.response();
    if (!PATHS.contains(path) || (path.equals("/metrics") && !prometheus)) {
      response.setStatusCode(404).end("Not Found\n");
    } else if (!request.method().equals(HttpMethod.GET)) {
      response.setStatusCode(405).end("Method Not Allowed\n");
    } else if (path.equals("/metrics")) {
      boolean leads = leadership.leads();
      response
          .putHeader("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
          .end(HelperFigures.page(leads ? last : Optional.empty(), polls, leads));
    } else if (path.equals("/healthz") || isReady()) {
      response.end("ok\n");
    } else {
      response.setStatusCode(503).end(reason() + "\n");
    }
  }

  /** A replica that does not lead is ready when it knows which one does. */
  private boolean isReady() {
    return leadership.isDecided() && (last.isPresent() || !leadership.leads());
  }

  private String reason() {
    return leadership.isDecided()
        ? "the agents have not been polled yet"
        : "it is not known which replica leads, because the API server does not answer";
  }
}
