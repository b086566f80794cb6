package io.vpccni.ipamd.grpc;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Maybe;
import io.reactivex.rxjava3.disposables.Disposable;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.ReadView;
import io.vpccni.ipamd.stream.Streams;
import io.vpccni.rpc.wire.introspection.PoolSnapshot;
import io.vpccni.rpc.wire.introspection.WatchPoolRequest;
import java.util.HashMap;
import java.util.Map;

/**
 * Keeps those who watch the pool. One snapshot is made for all of them after a change; who reads
 * too slowly misses some and gets the newest once there is room.
 */
final class PoolWatchers {
  private static final int MOST = 32;

  private final Vertx vertx;
  private final Snapshots dated;
  private final Streams streams;
  private final Flowable<PoolSnapshot> snapshots;
  private final Map<GrpcServerRequest<WatchPoolRequest, PoolSnapshot>, Disposable> calls =
      new HashMap<>();

  PoolWatchers(Vertx vertx, Snapshots dated) {
    this.vertx = vertx;
    this.dated = dated;
    this.streams = new Streams(vertx);
    this.snapshots =
        streams
            .heard(vertx.eventBus(), PoolEndpoints.CHANGED)
            .onBackpressureLatest()
            .concatMapMaybe(_ -> snapshot(), 1)
            .share();
  }

  void add(GrpcServerRequest<WatchPoolRequest, PoolSnapshot> call) {
    if (calls.size() >= MOST) {
      call.response()
          .status(GrpcStatus.RESOURCE_EXHAUSTED)
          .statusMessage(MOST + " watchers are served already")
          .end();
      return;
    }
    call.exceptionHandler(_ -> remove(call));
    call.response().exceptionHandler(_ -> remove(call));
    call.connection().closeHandler(_ -> remove(call));
    calls.put(call, streams.write(snapshots.mergeWith(snapshot()), call.response()));
  }

  private void remove(GrpcServerRequest<WatchPoolRequest, PoolSnapshot> call) {
    var served = calls.remove(call);
    if (served != null) served.dispose();
  }

  /**
   * Returns the pool as it is now; nothing where it does not answer, since another change will
   * come.
   */
  private Maybe<PoolSnapshot> snapshot() {
    return streams
        .once(
            () ->
                PoolEndpoints.VIEW
                    .ask(vertx.eventBus(), new ReadView(), PoolEndpoints.DEADLINE)
                    .map(dated::pool))
        .onErrorComplete();
  }
}
