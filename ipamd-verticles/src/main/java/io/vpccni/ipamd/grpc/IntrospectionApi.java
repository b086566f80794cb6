package io.vpccni.ipamd.grpc;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.Service;
import io.vertx.grpc.server.StatusException;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.AskHealth;
import io.vpccni.ipamd.pool.PoolMessage.Explain;
import io.vpccni.ipamd.pool.PoolMessage.ReadHistory;
import io.vpccni.ipamd.pool.PoolMessage.ReadView;
import io.vpccni.ipamd.pool.PoolView;
import io.vpccni.rpc.time.ElapsedClock;
import io.vpccni.rpc.wire.introspection.ExplainReply;
import io.vpccni.rpc.wire.introspection.ExplainRequest;
import io.vpccni.rpc.wire.introspection.IntrospectionGrpcService;
import io.vpccni.rpc.wire.introspection.ListHistoryReply;
import io.vpccni.rpc.wire.introspection.NodeStatus;
import io.vpccni.rpc.wire.introspection.PoolSnapshot;
import io.vpccni.rpc.wire.introspection.WatchPoolRequest;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Serves {@code vpccni.introspection.Introspection}, which shows the pool to people and tools. */
final class IntrospectionApi {
  private final Vertx vertx;
  private final Supplier<Optional<String>> dataplane;
  private final Snapshots snapshots;
  private final PoolWatchers watchers;

  /**
   * Makes the service.
   *
   * @param dataplane says why net-programmer cannot be asked now, if so
   */
  IntrospectionApi(Vertx vertx, ElapsedClock clock, Supplier<Optional<String>> dataplane) {
    this.vertx = vertx;
    this.dataplane = dataplane;
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
        .bind(IntrospectionGrpcService.GetStatus, call -> call.handler(_ -> end(call, status())))
        .bind(
            IntrospectionGrpcService.Explain,
            call -> call.handler(asked -> end(call, explain(asked))))
        .bind(IntrospectionGrpcService.ListHistory, call -> call.handler(_ -> end(call, history())))
        .bind(IntrospectionGrpcService.WatchPool, this::watch)
        .build();
  }

  private <Q, R> void answer(GrpcServerRequest<Q, R> call, Function<PoolView, R> answer) {
    call.handler(_ -> end(call, view().map(answer)));
  }

  private static <Q, R> void end(GrpcServerRequest<Q, R> call, Future<R> answer) {
    answer.onSuccess(call.response()::end).onFailure(call.response()::fail);
  }

  private Future<NodeStatus> status() {
    return view()
        .compose(
            view ->
                PoolEndpoints.HEALTH
                    .ask(vertx.eventBus(), new AskHealth(), PoolEndpoints.DEADLINE)
                    .map(
                        health ->
                            new StatusReport(view, health, dataplane.get()).message(snapshots)));
  }

  private Future<ExplainReply> explain(ExplainRequest asked) {
    return ExplainSubject.of(asked)
        .map(
            subject ->
                PoolEndpoints.EXPLAIN
                    .ask(vertx.eventBus(), new Explain(subject), PoolEndpoints.DEADLINE)
                    .map(snapshots::explanation))
        .orElseGet(
            () ->
                Future.failedFuture(
                    new StatusException(
                        GrpcStatus.INVALID_ARGUMENT,
                        "a single address, or a pod's namespace and name, must be given")));
  }

  private Future<ListHistoryReply> history() {
    return PoolEndpoints.HISTORY
        .ask(vertx.eventBus(), new ReadHistory(), PoolEndpoints.DEADLINE)
        .map(snapshots::history);
  }

  private void watch(GrpcServerRequest<WatchPoolRequest, PoolSnapshot> call) {
    call.handler(_ -> watchers.add(call));
  }

  private Future<PoolView> view() {
    return PoolEndpoints.VIEW.ask(vertx.eventBus(), new ReadView(), PoolEndpoints.DEADLINE);
  }
}
