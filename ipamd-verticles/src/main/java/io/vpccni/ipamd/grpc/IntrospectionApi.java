package io.vpccni.ipamd.grpc;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.Service;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.ReadView;
import io.vpccni.ipamd.pool.PoolView;
import io.vpccni.rpc.time.ElapsedClock;
import io.vpccni.rpc.wire.introspection.IntrospectionGrpcService;
import io.vpccni.rpc.wire.introspection.PoolSnapshot;
import io.vpccni.rpc.wire.introspection.WatchPoolRequest;
import java.util.function.Function;

/** Serves {@code vpccni.introspection.Introspection}, which shows the pool to people and tools. */
final class IntrospectionApi {
  private final Vertx vertx;
  private final Snapshots snapshots;
  private final PoolWatchers watchers;

  IntrospectionApi(Vertx vertx, ElapsedClock clock) {
    this.vertx = vertx;
    this.snapshots = new Snapshots(clock);
    this.watchers = new PoolWatchers(vertx, snapshots);
  }

  Service service() {
    return Service.service(
            IntrospectionGrpcService.SERVICE_NAME, IntrospectionGrpcService.SERVICE_DESCRIPTOR)
        .bind(IntrospectionGrpcService.GetPool, call -> answer(call, snapshots::pool))
        .bind(IntrospectionGrpcService.ListEnis, call -> answer(call, snapshots::enis))
        .bind(
            IntrospectionGrpcService.ListAllocations, call -> answer(call, snapshots::allocations))
        .bind(IntrospectionGrpcService.ListConditions, call -> answer(call, snapshots::conditions))
        .bind(IntrospectionGrpcService.WatchPool, this::watch)
        .build();
  }

  private <Q, R> void answer(GrpcServerRequest<Q, R> call, Function<PoolView, R> answer) {
    call.handler(
        _ -> view().map(answer).onSuccess(call.response()::end).onFailure(call.response()::fail));
  }

  private void watch(GrpcServerRequest<WatchPoolRequest, PoolSnapshot> call) {
    call.handler(_ -> watchers.add(call));
  }

  private Future<PoolView> view() {
    return PoolEndpoints.VIEW.ask(vertx.eventBus(), new ReadView(), PoolEndpoints.DEADLINE);
  }
}
