package io.vpccni.metricshelper.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.processors.PublishProcessor;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpMethod;
import io.vpccni.metricshelper.leader.Leadership;
import io.vpccni.metricshelper.reading.Metric;
import io.vpccni.metricshelper.totals.Totals;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What probes and Prometheus are answered, by a server on a port of its own. */
class HttpVerticleTest {
  private static final long SECONDS = 30;

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
  private final PublishProcessor<Totals> totals = PublishProcessor.create();
  private volatile boolean leads;
  private volatile boolean decided;
  private int port;

  /** The test says who leads. */
  private final class Told implements Leadership {
    @Override
    public boolean leads() {
      return leads;
    }

    @Override
    public boolean isDecided() {
      return decided;
    }

    @Override
    public Flowable<Boolean> changes() {
      return Flowable.never();
    }
  }

  @AfterEach
  void close() throws TimeoutException {
    vertx.close().await(SECONDS, TimeUnit.SECONDS);
  }

  @Test
  void aLeaderIsReadyAfterItsFirstPoll() throws TimeoutException {
    serve(false);
    assertThat(get("/healthz")).isEqualTo("200 ok\n");
    assertThat(get("/readyz")).startsWith("503 it is not known which replica leads");
    decided = true;
    leads = true;
    assertThat(get("/readyz")).isEqualTo("503 the agents have not been polled yet\n");
    poll();
    assertThat(get("/readyz")).isEqualTo("200 ok\n");
  }

  @Test
  void aReplicaThatDoesNotLeadIsReadyWhenItKnowsWhoDoes() throws TimeoutException {
    serve(false);
    decided = true;
    assertThat(get("/readyz")).isEqualTo("200 ok\n");
  }

  @Test
  void onlyALeaderHasTotals() throws TimeoutException {
    serve(true);
    poll();
    assertThat(get("/metrics"))
        .contains("cni_metrics_helper_leader 0\n")
        .doesNotContain("awscni_eni_allocated");
    leads = true;
    assertThat(get("/metrics"))
        .contains("cni_metrics_helper_leader 1\n", "\nawscni_eni_allocated 3\n");
  }

  @Test
  void otherPathsAreNotFound() throws TimeoutException {
    serve(false);
    assertThat(get("/metrics")).startsWith("404");
    assertThat(get("/")).startsWith("404");
    assertThat(request(HttpMethod.POST, "/healthz")).startsWith("405");
  }

  private void serve(boolean prometheus) throws TimeoutException {
    var verticle = new HttpVerticle(totals, new Told(), "127.0.0.1:0", prometheus);
    vertx.deployVerticle(verticle).await(SECONDS, TimeUnit.SECONDS);
    port = verticle.port();
  }

  private void poll() throws TimeoutException {
    var polled = new Totals(Instant.EPOCH, Map.of(Metric.ENIS, 3.0), new Totals.Coverage(1, 1, 0));
    var told = Promise.<Void>promise();
    vertx.runOnContext(
        _ -> {
          totals.onNext(polled);
          told.complete();
        });
    told.future().await(SECONDS, TimeUnit.SECONDS);
  }

  private String get(String path) throws TimeoutException {
    return request(HttpMethod.GET, path);
  }

  private String request(HttpMethod method, String path) throws TimeoutException {
    return vertx
        .createHttpClient()
        .request(method, port, "127.0.0.1", path)
        .compose(request -> request.send())
        .compose(
            response -> response.body().map(body -> response.statusCode() + " " + body.toString()))
        .await(SECONDS, TimeUnit.SECONDS);
  }
}
