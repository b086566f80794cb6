package io.vpccni.ipamd.grpc;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Maybe;
import io.vertx.core.Vertx;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.ReadView;
import io.vpccni.ipamd.stream.Streams;
import io.vpccni.rpc.wire.introspection.PoolSnapshot;
import io.vpccni.rpc.wire.introspection.WatchPoolRequest;

/** Keeps those who watch the pool. One snapshot is made for all of them after a change. */
final class PoolWatchers {
  private final Vertx vertx;
  private final Snapshots dated;
  private final Streams streams;
  private final Flowable<PoolSnapshot> snapshots;
  private final Watchers<WatchPoolRequest, PoolSnapshot> watchers;

  PoolWatchers(Vertx vertx, Snapshots dated) {
    this.vertx = vertx;
    this.dated = dated;
    this.streams = new Streams(vertx);
    this.watchers = new Watchers<>(streams);
    this.snapshots =
        streams
            .heard(vertx.eventBus(), PoolEndpoints.CHANGED)
            .onBackpressureLatest()
            .concatMapMaybe(_ -> snapshot(), 1)
            .share();
  }

  void add(GrpcServerRequest<WatchPoolRequest, PoolSnapshot> call) {
    watchers.add(call, snapshots.mergeWith(snapshot()));
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
