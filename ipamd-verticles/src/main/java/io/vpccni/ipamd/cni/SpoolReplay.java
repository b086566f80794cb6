package io.vpccni.ipamd.cni;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vpccni.ipamd.log.LogKeys;
import io.vpccni.rpc.frame.CniRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries out the stored DELs at the start, and looks for new ones again and again. It is used on
 * one Vert.x context only.
 */
final class SpoolReplay {
  private static final Logger log = LoggerFactory.getLogger(SpoolReplay.class);

  /**
   * This is how long an ADD waits for the stored DELs of other pods: a third of the time that the
   * executable waits. A full spool takes less; if it ever takes longer, the rest is replayed beside
   * the ADD.
   */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final int AT_ONCE = 256;
  private static final Future<Boolean> NOTHING_STORED = Future.succeededFuture(true);

  private final Vertx vertx;
  private final Spool spool;
  private final Function<CniRequest, Future<Boolean>> settle;
  private final Promise<Void> first = Promise.promise();
  private final Supplier<Future<Void>> rehearse;

  private final Duration patience;
  private boolean running;

  /**
   * Makes a replay that has not begun.
   *
   * @param settle carries a call out; false: it is to come again
   * @param rehearse is done before the first
   * @param patience how long an ADD waits for the deletions of others
   */
  SpoolReplay(
      Vertx vertx,
      Spool spool,
      Function<CniRequest, Future<Boolean>> settle,
      Supplier<Future<Void>> rehearse,
      Duration patience) {
    this.vertx = vertx;
    this.spool = spool;
    this.settle = settle;
    this.rehearse = rehearse;
    this.patience = patience;
  }

  void run() {
    if (running) return;
    running = true;
    (first.future().isComplete() ? Future.<Void>succeededFuture() : rehearse.get())
        .compose(_ -> rounds(new HashSet<>(), new ArrayList<>()))
        .onSuccess(SpoolReplay::tell)
        .onFailure(error -> tell(List.of(error)))
        .onComplete(
            _ -> {
              running = false;
              first.tryComplete();
            });
  }

  /**
   * Replays everything that is stored, in portions, each file once: one that has to come again does
   * not hold up the others.
   */
  private Future<List<Throwable>> rounds(Set<Path> tried, List<Throwable> failures) {
    return vertx
        .executeBlocking(() -> spool.read(Set.copyOf(tried), AT_ONCE))
        .compose(
            stored -> {
              stored.forEach(one -> tried.add(one.file()));
              return Batches.of(stored, this::replay)
                  .compose(
                      failed -> {
                        failures.addAll(failed);
                        return stored.size() < AT_ONCE
                            ? Future.succeededFuture(failures)
                            : rounds(tried, failures);
                      });
            });
  }

  private static void tell(List<Throwable> failures) {
    if (failures.isEmpty()) return;
    log.atWarn()
        .addKeyValue(LogKeys.FAILURES, failures.size())
        .addKeyValue(LogKeys.WHY, failures.getFirst())
        .log("Not all of the spool was replayed");
  }

  /**
   * Completes when an ADD may go on. Stored DELs go first: at the start all of them, since an
   * address may be free only then; later the one of the same attachment, or it would end the pod
   * that is being added.
   *
   * @return false if that one is still to come: the ADD must not go on
   */
  Future<Boolean> before(Map<String, String> env) {
    var others =
        first.future().isComplete()
            ? Future.<Void>succeededFuture()
            : first.future().timeout(patience.toMillis(), TimeUnit.MILLISECONDS).otherwiseEmpty();
    return others
        .compose(_ -> vertx.executeBlocking(() -> spool.find(env), false))
        .compose(found -> found.isPresent() ? replay(found.get()) : NOTHING_STORED);
  }

  private Future<Boolean> replay(Spool.Stored stored) {
    return settle
        .apply(stored.request())
        .compose(
            settled -> {
              if (!settled) return Future.succeededFuture(false);
              log.atInfo()
                  .addKeyValue(LogKeys.CONTAINER, stored.request().env().get("CNI_CONTAINERID"))
                  .log("Replayed a DEL that came while the agent was away");
              return vertx.executeBlocking(
                  () -> {
                    spool.done(stored);
                    return true;
                  });
            });
  }

  /** Removes what is stored of an attachment whose DEL was carried out. */
  void deleted(Map<String, String> env) {
    vertx
        .executeBlocking(
            () -> {
              spool.forget(env);
              return null;
            },
            false)
        .onFailure(error -> tell(List.of(error)));
  }
}
