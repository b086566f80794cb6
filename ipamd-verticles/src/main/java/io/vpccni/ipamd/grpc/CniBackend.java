package io.vpccni.ipamd.grpc;

import io.vertx.core.AsyncResult;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.GrpcServerRequest;
import io.vertx.grpc.server.Service;
import io.vertx.grpc.server.StatusException;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.holding.AttachmentQueue;
import io.vpccni.ipamd.holding.Cancellation;
import io.vpccni.ipamd.holding.PodAddresses;
import io.vpccni.ipamd.log.LogKeys;
import io.vpccni.ipamd.metrics.Counted;
import io.vpccni.ipamd.metrics.Counted.Counter;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pool.CallIds;
import io.vpccni.rpc.log.Redaction;
import io.vpccni.rpc.process.Version;
import io.vpccni.rpc.wire.cni.AddNetworkReply;
import io.vpccni.rpc.wire.cni.AddNetworkRequest;
import io.vpccni.rpc.wire.cni.CNIBackendGrpcService;
import io.vpccni.rpc.wire.cni.DelNetworkReply;
import io.vpccni.rpc.wire.cni.DelNetworkRequest;
import io.vpccni.rpc.wire.cni.IPAllocationMetadata;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code rpc.CNIBackend}, which the reference's own plugin calls while a node is moved:
 * addresses are given and taken back here, the wiring is that plugin's. Unlike the reference's
 * agent, this one accepts clients of other versions, and AddNetwork waits for an address.
 */
final class CniBackend {
  private static final Logger log = LoggerFactory.getLogger(CniBackend.class);

  private final Vertx vertx;
  private final AddNetwork add;
  private final DelNetwork del;
  private final AttachmentQueue queue;
  private final AtomicBoolean versionTold = new AtomicBoolean();

  CniBackend(Vertx vertx, AgentConfig config, CallIds ids, AttachmentQueue queue) {
    this.vertx = vertx;
    this.queue = queue;
    this.add = new AddNetwork(vertx, config, new PodAddresses(vertx, config, ids));
    this.del = new DelNetwork(vertx, config);
  }

  Service service() {
    return Service.service(
            CNIBackendGrpcService.SERVICE_NAME, CNIBackendGrpcService.SERVICE_DESCRIPTOR)
        .bind(CNIBackendGrpcService.AddNetwork, this::addNetwork)
        .bind(CNIBackendGrpcService.DelNetwork, this::delNetwork)
        .build();
  }

  private void addNetwork(GrpcServerRequest<AddNetworkRequest, AddNetworkReply> call) {
    var gone = new Cancellation();
    // A cancelled call ends the one or the other, a connection that closes both.
    call.exceptionHandler(_ -> gone.cancel());
    call.errorHandler(_ -> gone.cancel());
    call.response().exceptionHandler(_ -> gone.cancel());
    call.handler(
        request -> {
          new Counted(Counter.ADD_REQUESTS, "").publish(vertx.eventBus());
          tellVersion(request.getClientVersion());
          // Not the same: a call that a DelNetwork overtakes ends too, and is answered.
          var caller = new Cancellation();
          gone.onCancel(caller::cancel);
          var attachment =
              new Attachment(
                  request.getContainerID(), request.getIfName(), request.getNetworkName());
          queue
              .add(attachment, caller, () -> add.run(request, attachment, caller))
              .onComplete(
                  done -> {
                    if (!gone.cancelled()) answer(call, done);
                  });
        });
  }

  /** Ends an attachment, even if the caller goes away meanwhile. */
  private void delNetwork(GrpcServerRequest<DelNetworkRequest, DelNetworkReply> call) {
    call.handler(
        request -> {
          new Counted(Counter.DEL_REQUESTS, request.getReason()).publish(vertx.eventBus());
          tellVersion(request.getClientVersion());
          var attachment =
              new Attachment(
                  request.getContainerID(), request.getIfName(), request.getNetworkName());
          queue
              .del(attachment, () -> del.run(request, attachment))
              .onComplete(done -> answer(call, done));
        });
  }

  private static <Q, R> void answer(GrpcServerRequest<Q, R> call, AsyncResult<R> done) {
    if (done.succeeded()) call.response().end(done.result());
    else call.response().fail(status(done.cause()));
  }

  private static StatusException status(Throwable error) {
    return error instanceof StatusException known
        ? known
        : new StatusException(GrpcStatus.UNKNOWN, Redaction.of(String.valueOf(error.getMessage())));
  }

  private void tellVersion(String client) {
    if (!client.equals(Version.of(CniBackend.class)) && versionTold.compareAndSet(false, true)) {
      log.atInfo()
          .addKeyValue(LogKeys.CLIENT, client)
          .addKeyValue(LogKeys.AGENT, Version.of(CniBackend.class))
          .log("A plugin of another version is served too");
    }
  }

  static IPAllocationMetadata metadata(HeldAddress held) {
    var one =
        IPAllocationMetadata.newBuilder()
            .setDeviceNumber(held.deviceNumber())
            .setRouteTableId(held.routeTable());
    return (held.ip().v6()
            ? one.setIPv6Addr(held.ip().toString())
            : one.setIPv4Addr(held.ip().toString()))
        .build();
  }
}
