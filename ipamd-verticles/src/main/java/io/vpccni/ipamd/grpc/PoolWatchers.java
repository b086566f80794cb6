package io.vpccni.ipamd.grpc;

import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.ReadView;
import io.vpccni.rpc.wire.introspection.PoolSnapshot;
import io.vpccni.rpc.wire.introspection.WatchPoolRequest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The clients that watch the pool. One snapshot is made for all of them; a client that reads too
 * slowly misses some and gets the newest once there is room.
 */
final class PoolWatchers {
  private static final int MOST = 32;

  private final Vertx vertx;
  private final Set<GrpcServerRequest<WatchPoolRequest, PoolSnapshot>> calls =
      new LinkedHashSet<>();
  private boolean hearing;

  PoolWatchers(Vertx vertx) {
    this.vertx = vertx;
  }

  void add(GrpcServerRequest<WatchPoolRequest, PoolSnapshot> call) {
    if (calls.size() >= MOST) {
      call.response()
          .status(GrpcStatus.RESOURCE_EXHAUSTED)
          .statusMessage(MOST + " watchers are served already")
          .end();
      return;
    }
    call.exceptionHandler(_ -> calls.remove(call));
    call.response().exceptionHandler(_ -> calls.remove(call));
    call.connection().closeHandler(_ -> calls.remove(call));
    calls.add(call);
    tell(List.of(call));
    if (!hearing) {
      hearing = true;
      PoolEndpoints.CHANGED.hear(vertx.eventBus(), _ -> tell(List.copyOf(calls)));
    }
  }

  private void tell(List<GrpcServerRequest<WatchPoolRequest, PoolSnapshot>> whom) {
    if (whom.isEmpty()) return;
    PoolEndpoints.VIEW
        .ask(vertx.eventBus(), new ReadView(), PoolEndpoints.DEADLINE)
        .map(Snapshots::pool)
        .onSuccess(
            snapshot -> {
              for (var call : whom) {
                if (!calls.contains(call)) continue;
                if (call.response().writeQueueFull()) {
                  call.response().drainHandler(_ -> tell(List.of(call)));
                } else {
                  call.response().write(snapshot).onFailure(_ -> calls.remove(call));
                }
              }
            });
  }
}
