package io.vpccni.ipamd.cni;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vpccni.rpc.frame.CniRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries out what the spool holds, once and then again and again. One context only. */
final class SpoolReplay {
  private static final Logger log = LoggerFactory.getLogger(SpoolReplay.class);
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int AT_ONCE = 256;
  private static final Future<Boolean> NOTHING_STORED = Future.succeededFuture(true);

  private final Vertx vertx;
  private final Spool spool;
  private final Function<CniRequest, Future<Boolean>> settle;
  private final Promise<Void> first = Promise.promise();

  private final Supplier<Future<Void>> rehearse;

  /**
   * More are stored than are replayed at once, and these were tried and are to come again: after
   * the others have had their turn.
   */
  private final Set<Path> postponed = new HashSet<>();

  private boolean running;

  /**
   * @param settle carries a call out; false: it is to come again
   * @param rehearse is done before the first
   */
  SpoolReplay(
      Vertx vertx,
      Spool spool,
      Function<CniRequest, Future<Boolean>> settle,
      Supplier<Future<Void>> rehearse) {
    this.vertx = vertx;
    this.spool = spool;
    this.settle = settle;
    this.rehearse = rehearse;
  }

  void run() {
    if (running) return;
    running = true;
    (first.future().isComplete() ? Future.<Void>succeededFuture() : rehearse.get())
        .compose(_ -> round(Set.copyOf(postponed)))
        .onSuccess(SpoolReplay::tell)
        .onFailure(error -> tell(List.of(error)))
        .onComplete(
            _ -> {
              running = false;
              first.tryComplete();
            });
  }

  private Future<List<Throwable>> round(Set<Path> waiting) {
    return vertx
        .executeBlocking(() -> spool.read(waiting, AT_ONCE))
        .compose(
            stored -> {
              boolean more = stored.size() == AT_ONCE;
              if (!more) postponed.clear();
              return InGroups.of(
                  stored,
                  one ->
                      replay(one)
                          .onSuccess(
                              settled -> {
                                if (!settled && more) postponed.add(one.file());
                              }));
            });
  }

  private static void tell(List<Throwable> failures) {
    if (failures.isEmpty()) return;
    log.atWarn()
        .addKeyValue("failures", failures.size())
        .addKeyValue("why", failures.getFirst())
        .log("not all of the spool was replayed");
  }

  /**
   * Before an ADD: what is stored goes first, at the start all of it, since an address may be free
   * only then; later that of the same attachment, or it would end the pod that is being added.
   *
   * @return false if that one is still to come: the ADD must not go on
   */
  Future<Boolean> before(Map<String, String> env) {
    return first.future().isComplete()
        ? vertx
            .executeBlocking(() -> spool.find(env), false)
            .compose(found -> found.isPresent() ? replay(found.get()) : NOTHING_STORED)
        : first
            .future()
            .timeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS)
            .otherwiseEmpty()
            .map(true);
  }

  private Future<Boolean> replay(Spool.Stored stored) {
    return settle
        .apply(stored.request())
        .compose(
            settled -> {
              if (!settled) return Future.succeededFuture(false);
              log.atInfo()
                  .addKeyValue("container", stored.request().env().get("CNI_CONTAINERID"))
                  .log("replayed a DEL that came while the agent was away");
              return vertx.executeBlocking(
                  () -> {
                    spool.done(stored);
                    return true;
                  });
            });
  }

  /** A DEL was carried out. */
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
