package io.vpccni.metricshelper.cloudwatch;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.disposables.Disposable;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vpccni.metricshelper.retry.TickBackoff;
import io.vpccni.metricshelper.totals.Totals;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the points that CloudWatch has not accepted yet. It sends after every second poll, and once
 * more when it is stopped.
 */
public final class PublishVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(PublishVerticle.class);

  /** Source: amazon-vpc-cni-k8s v1.23.1, which sends half as often as it polls. */
  private static final int POLLS = 2;

  /**
   * One bad point among 1000 is found by half as many splits. The bound is for a sink that refuses
   * everything, which must not be asked for ever.
   */
  private static final int MOST_SPLITS = 20;

  private final Flowable<Totals> totals;
  private final MetricSink sink;
  private final String clusterId;
  private Backlog backlog = Backlog.EMPTY;
  private TickBackoff backoff = TickBackoff.NONE;
  private int polls;
  private int splits;
  private @Nullable Disposable subscription;
  private Future<Void> sending = Future.succeededFuture();

  /**
   * @param totals those of each poll, on the context of this verticle
   */
  public PublishVerticle(Flowable<Totals> totals, MetricSink sink, String clusterId) {
    this.totals = totals;
    this.sink = sink;
    this.clusterId = clusterId;
  }

  @Override
  public Future<?> start() {
    subscription = totals.subscribe(this::take);
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    if (subscription != null) subscription.dispose();
    return sending.transform(_ -> sendAll()).otherwiseEmpty();
  }

  private void take(Totals polled) {
    backlog = backlog.with(polled);
    polls++;
    if (polls % POLLS != 0 || !sending.isComplete()) return;
    if (!backoff.isDue()) {
      backoff = backoff.pass();
      return;
    }
    sending = sendAll().onSuccess(_ -> taken()).onFailure(this::notTaken);
  }

  /** Sends one request after the other until all points are accepted or one request fails. */
  private Future<Void> sendAll() {
    splits = MOST_SPLITS;
    return sendRest();
  }

  private Future<Void> sendRest() {
    var points = backlog.next(clusterId);
    return points.isEmpty() ? Future.succeededFuture() : send(points).compose(_ -> sendRest());
  }

  private Future<Void> send(List<Point> points) {
    return Future.succeededFuture()
        // Within a stage: what the client throws would end the subscription to the totals.
        .compose(_ -> sink.put(clusterId, points))
        .compose(
            _ -> {
              backlog = backlog.accepted(points);
              return Future.<Void>succeededFuture();
            })
        .recover(error -> refused(points, error));
  }

  /** CloudWatch refuses a whole request for one point, so the point is looked for. */
  private Future<Void> refused(List<Point> points, Throwable error) {
    if (!(error instanceof MetricSink.Refused)) return Future.failedFuture(error);
    if (points.size() > 1 && splits > 0) {
      splits--;
      int half = points.size() / 2;
      return send(points.subList(0, half)).compose(_ -> send(points.subList(half, points.size())));
    }
    backlog = backlog.refused(points);
    log.atError()
        .addKeyValue("points", points.size())
        .addKeyValue("why", String.valueOf(error.getMessage()))
        .log("CloudWatch refuses points, so they are dropped");
    return Future.succeededFuture();
  }

  private void taken() {
    if (backoff.failures() > 0) log.info("CloudWatch accepts points again");
    backoff = TickBackoff.NONE;
  }

  private void notTaken(Throwable error) {
    if (backoff.failures() == 0) {
      log.atWarn()
          .addKeyValue("points", backlog.points().size())
          .addKeyValue("why", String.valueOf(error.getMessage()))
          .log("CloudWatch accepts no points, so they are kept");
    }
    backoff = backoff.failed();
  }
}
