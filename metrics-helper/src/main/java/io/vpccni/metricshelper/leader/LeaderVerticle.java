package io.vpccni.metricshelper.leader;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.processors.PublishProcessor;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the Lease as long as it can, and takes it when its holder is silent. Without permission for
 * the Lease this replica leads as if there were no others, because the roles of amazon-vpc-cni-k8s
 * do not grant it.
 */
public final class LeaderVerticle extends VerticleBase implements Leadership {
  private static final Logger log = LoggerFactory.getLogger(LeaderVerticle.class);

  private final Function<Context, LeaseStore> open;
  private final InstantSource wallClock;
  private final LongSupplier nanoTime;
  private final LeaderElection election;
  private final PublishProcessor<Boolean> changes = PublishProcessor.create();
  private Optional<LeaseStore> store = Optional.empty();
  private Optional<Lease> written = Optional.empty();
  private boolean told;
  private boolean warned;
  private boolean underWay;
  private boolean stopping;
  private boolean answered;

  /**
   * @param open gives the store, whose futures complete on the verticle's context
   * @param replica a name that no other process has
   * @param nanoTime a monotonic clock, which also counts while the process is paused
   */
  public LeaderVerticle(
      Function<Context, LeaseStore> open,
      String replica,
      InstantSource wallClock,
      LongSupplier nanoTime) {
    this.open = open;
    this.wallClock = wallClock;
    this.nanoTime = nanoTime;
    this.election = new LeaderElection(replica);
  }

  @Override
  public boolean leads() {
    return election.leads(nanoTime.getAsLong());
  }

  @Override
  public boolean isDecided() {
    return leads() || answered;
  }

  @Override
  public Flowable<Boolean> changes() {
    return changes.onBackpressureBuffer();
  }

  /** Completes after the first attempt, whatever came of it. */
  @Override
  public Future<?> start() {
    var opened = open.apply(context);
    store = Optional.of(opened);
    vertx.setPeriodic(LeaderElection.RETRY.toMillis(), _ -> attempt(opened));
    return attempt(opened);
  }

  /** Gives up the Lease, so that another replica need not wait until it is over. */
  @Override
  public Future<?> stop() {
    stopping = true;
    boolean led = leads();
    election.resign();
    tell();
    return led && store.isPresent() && written.isPresent()
        ? store.get().write(written.get().released()).otherwiseEmpty()
        : Future.succeededFuture();
  }

  private Future<Void> attempt(LeaseStore leases) {
    // A leader that was paused learns of it here, before it can become the leader again.
    tell();
    if (underWay || stopping) return Future.succeededFuture();
    underWay = true;
    return Future.succeededFuture()
        // Within a stage: what the client throws is a failure like any other.
        .compose(_ -> leases.read())
        .compose(
            found ->
                election
                    .claim(found, nanoTime.getAsLong(), wallClock.instant())
                    .map(claimed -> write(leases, claimed))
                    .orElseGet(Future::succeededFuture))
        .onSuccess(_ -> trouble(""))
        .recover(this::failed)
        .eventually(
            () -> {
              underWay = false;
              tell();
              return Future.succeededFuture();
            });
  }

  private Future<Void> write(LeaseStore leases, Lease claimed) {
    long askedAt = nanoTime.getAsLong();
    return leases
        .write(claimed)
        .map(
            now -> {
              written = Optional.of(now);
              grant(askedAt);
              return null;
            });
  }

  private void grant(long askedAt) {
    if (!stopping) election.grant(askedAt);
  }

  private Future<Void> failed(Throwable why) {
    if (why instanceof LeaseStore.Forbidden) grant(nanoTime.getAsLong());
    trouble(String.valueOf(why.getMessage()));
    return Future.succeededFuture();
  }

  private void trouble(String now) {
    if (!now.isEmpty() && !warned) {
      log.atWarn()
          .addKeyValue("why", now)
          .addKeyValue("leads", leads())
          .log("The Lease that tells which replica leads cannot be read or written");
    }
    answered = now.isEmpty();
    warned = !now.isEmpty();
  }

  private void tell() {
    boolean now = leads();
    if (now == told) return;
    told = now;
    log.info(now ? "This replica leads" : "This replica no longer leads");
    changes.onNext(now);
  }
}
