package io.vpccni.ipamd.grpc;

import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.disposables.Disposable;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vpccni.ipamd.stream.Streams;
import java.util.HashMap;
import java.util.Map;

/**
 * Sends states to the callers of one method until they go away, to 32 at most. Whoever reads too
 * slowly misses some and gets the newest once there is room. It is used on one Vert.x context only.
 */
final class Watchers<Q, R> {
  private static final int MOST = 32;

  private final Streams streams;
  private final Map<GrpcServerRequest<Q, R>, Disposable> calls = new HashMap<>();

  Watchers(Streams streams) {
    this.streams = streams;
  }

  void add(GrpcServerRequest<Q, R> call, Flowable<R> states) {
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
    calls.put(call, streams.write(states, call.response()));
  }

  private void remove(GrpcServerRequest<Q, R> call) {
    var served = calls.remove(call);
    if (served != null) served.dispose();
  }
}
