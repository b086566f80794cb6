package io.vpccni.metricshelper.pods;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.processors.PublishProcessor;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vpccni.metricshelper.leader.Leadership;
import io.vpccni.metricshelper.retry.TickBackoff;
import io.vpccni.metricshelper.totals.ClusterMemory;
import io.vpccni.metricshelper.totals.Totals;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns what is known of the agents. It polls them once an interval and tells the totals; a tick
 * that comes while a poll is under way is dropped. A replica that does not lead polls nothing, and
 * a poll during which it stopped leading counts for nothing.
 */
public final class PollVerticle extends VerticleBase {
  private static final Logger log = LoggerFactory.getLogger(PollVerticle.class);

  /** The API server and its network carry this many small requests easily. */
  public static final int AT_ONCE = 64;

  /** A node that is gone keeps its pod in the list for about five minutes. */
  public static final Duration REMEMBER = Duration.ofMinutes(5);

  private final Function<Context, AgentPods> open;
  private final Duration interval;
  private final InstantSource wallClock;
  private final Leadership leadership;
  private final PublishProcessor<Totals> totals = PublishProcessor.create();
  private ClusterMemory memory = ClusterMemory.EMPTY;
  private TickBackoff backoff = TickBackoff.NONE;
  private boolean underWay;
  private int terms;
  private int silent;
  private @Nullable Disposable subscription;

  /**
   * @param open gives the agents, whose futures complete on the verticle's context
   */
  public PollVerticle(
      Function<Context, AgentPods> open,
      Duration interval,
      InstantSource wallClock,
      Leadership leadership) {
    this.open = open;
    this.interval = interval;
    this.wallClock = wallClock;
    this.leadership = leadership;
  }

  /** Emits the totals of each poll on the verticle's context. Subscribe before it is deployed. */
  public Flowable<Totals> totals() {
    return totals.onBackpressureBuffer();
  }

  @Override
  public Future<?> start() {
    var pods = open.apply(context);
    vertx.setPeriodic(interval.toMillis(), _ -> tick(pods));
    subscription =
        leadership
            .changes()
            .subscribe(
                leads -> {
                  if (leads) {
                    tick(pods);
                  } else {
                    forget();
                  }
                });
    tick(pods);
    return Future.succeededFuture();
  }

  @Override
  public Future<?> stop() {
    if (subscription != null) subscription.dispose();
    return Future.succeededFuture();
  }

  /** Another replica leads and publishes what is counted meanwhile. */
  private void forget() {
    terms++;
    memory = ClusterMemory.EMPTY;
  }

  private void tick(AgentPods pods) {
    if (!leadership.leads()) return;
    if (underWay) return;
    if (!backoff.isDue()) {
      backoff = backoff.pass();
      return;
    }
    underWay = true;
    Instant at = wallClock.instant();
    int term = terms;
    PollRun.of(pods, at, AT_ONCE)
        .onComplete(
            result -> {
              underWay = false;
              if (term != terms || !leadership.leads()) return;
              if (result.succeeded()) {
                polled(result.result());
              } else {
                notListed(result.cause());
              }
            });
  }

  private void polled(PollRun.Result result) {
    if (backoff.failures() > 0) log.info("The pods can be listed again");
    backoff = TickBackoff.NONE;
    var step = memory.after(result.poll(), REMEMBER);
    memory = step.next();
    tellOfSilence(result);
    totals.onNext(step.totals());
  }

  private void tellOfSilence(PollRun.Result result) {
    int now = result.failures().size();
    if (now != silent) {
      var line =
          now == 0
              ? log.atInfo()
              : result.failures().entrySet().stream()
                  .findFirst()
                  .map(
                      first ->
                          log.atWarn()
                              .addKeyValue("first", first.getKey().name())
                              .addKeyValue("why", first.getValue()))
                  .orElseGet(log::atWarn);
      line.addKeyValue("count", now)
          .addKeyValue("pods", result.poll().listed().size())
          .log(now == 0 ? "All agents answer again" : "Some agents do not answer");
    }
    silent = now;
    result
        .failures()
        .forEach(
            (pod, why) ->
                log.atDebug()
                    .addKeyValue("pod", pod.name())
                    .addKeyValue("why", why)
                    .log("An agent does not answer"));
  }

  private void notListed(Throwable why) {
    if (backoff.failures() == 0) {
      log.atWarn()
          .addKeyValue("why", String.valueOf(why.getMessage()))
          .log("The pods cannot be listed, so there are no totals");
    }
    backoff = backoff.failed();
  }
}
