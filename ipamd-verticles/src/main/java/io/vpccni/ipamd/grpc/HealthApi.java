package io.vpccni.ipamd.grpc;

import io.reactivex.rxjava3.core.Flowable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcMessageDecoder;
import io.vertx.grpc.common.GrpcMessageEncoder;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.common.ServiceMethod;
import io.vertx.grpc.common.ServiceName;
import io.vertx.grpc.health.v1.HealthCheckRequest;
import io.vertx.grpc.health.v1.HealthCheckResponse;
import io.vertx.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.vertx.grpc.health.v1.HealthProto;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.Service;
import io.vpccni.ipamd.dataplane.DataplaneEndpoints;
import io.vpccni.ipamd.holding.WarmUpNews;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.AskHealth;
import io.vpccni.ipamd.stream.Streams;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Serves {@code grpc.health.v1.Health}. The empty name and {@code grpc.health.v1.aws-node} say
 * whether the agent is alive: the liveness probe must never depend on EC2, IMDS or the API server.
 * {@code ready} says whether an ADD could succeed. Vert.x's own health service does not fit,
 * because it always says SERVING for the empty name.
 */
final class HealthApi {
  private static final ServiceName NAME = ServiceName.create("grpc.health.v1", "Health");
  private static final String ALIVE = "grpc.health.v1.aws-node";
  private static final String READY = "ready";

  /** The pool answers in microseconds; one that does not answer within this time is stuck. */
  private static final Duration STUCK = Duration.ofSeconds(3);

  /** A pool that is stuck tells nobody, so it is looked at as well. */
  private static final Duration LOOK = Duration.ofSeconds(5);

  private final Vertx vertx;
  private final BooleanSupplier usable;
  private final Streams streams;
  private final Watchers<HealthCheckRequest, HealthCheckResponse> watchers;

  HealthApi(Vertx vertx, BooleanSupplier usable) {
    this.vertx = vertx;
    this.usable = usable;
    this.streams = new Streams(vertx);
    this.watchers = new Watchers<>(streams);
  }

  Service service() {
    return Service.service(NAME, HealthProto.getDescriptor().findServiceByName("Health"))
        .bind(method("Check"), this::check)
        .bind(method("Watch"), this::watch)
        .build();
  }

  private static ServiceMethod<HealthCheckRequest, HealthCheckResponse> method(String name) {
    return ServiceMethod.server(
        NAME,
        name,
        GrpcMessageEncoder.encoder(),
        GrpcMessageDecoder.decoder(HealthCheckRequest.newBuilder()));
  }

  private void check(GrpcServerRequest<HealthCheckRequest, HealthCheckResponse> call) {
    call.handler(
        asked ->
            status(asked.getService())
                .onSuccess(
                    status ->
                        status.ifPresentOrElse(
                            known -> call.response().end(response(known)),
                            () ->
                                call.response()
                                    .status(GrpcStatus.NOT_FOUND)
                                    .statusMessage("unknown service")
                                    .end())));
  }

  private void watch(GrpcServerRequest<HealthCheckRequest, HealthCheckResponse> call) {
    call.handler(asked -> watchers.add(call, states(asked.getService())));
  }

  /**
   * Emits the status now and each change of it: when the pool changes, or the data plane comes or
   * goes.
   */
  private Flowable<HealthCheckResponse> states(String service) {
    var bus = vertx.eventBus();
    var occasions =
        Flowable.<Object>merge(
                streams.heard(bus, PoolEndpoints.CHANGED),
                streams.heard(bus, DataplaneEndpoints.NEWS),
                streams.heard(bus, WarmUpNews.TOPIC),
                streams.ticks(LOOK))
            .startWithItem(service);
    return streams
        .oneAtATime(occasions, _ -> status(service))
        .map(status -> status.orElse(ServingStatus.SERVICE_UNKNOWN))
        .distinctUntilChanged()
        .map(HealthApi::response);
  }

  /** Completes with the status of a service; empty for one that does not exist. It never fails. */
  private Future<Optional<ServingStatus>> status(String service) {
    boolean readiness = service.equals(READY);
    if (!service.isEmpty() && !service.equals(ALIVE) && !readiness) {
      return Future.succeededFuture(Optional.empty());
    }
    return PoolEndpoints.HEALTH
        .ask(vertx.eventBus(), new AskHealth(), STUCK)
        .map(
            health ->
                health.started()
                    && (!readiness || (usable.getAsBoolean() && health.obstacle().isEmpty())))
        .otherwise(false)
        .map(good -> Optional.of(good ? ServingStatus.SERVING : ServingStatus.NOT_SERVING));
  }

  private static HealthCheckResponse response(ServingStatus status) {
    return HealthCheckResponse.newBuilder().setStatus(status).build();
  }
}
