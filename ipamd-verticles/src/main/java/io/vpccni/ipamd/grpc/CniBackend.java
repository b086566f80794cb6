package io.vpccni.ipamd.grpc;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.grpc.common.GrpcStatus;
import io.vertx.grpc.server.StatusException;
import io.vpccni.ipamd.Version;
import io.vpccni.ipamd.branch.BranchLookup;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.metrics.Counted;
import io.vpccni.ipamd.metrics.Counted.Counter;
import io.vpccni.ipamd.pool.Held;
import io.vpccni.ipamd.pool.service.CallIds;
import io.vpccni.rpc.wire.cni.AddNetworkReply;
import io.vpccni.rpc.wire.cni.AddNetworkRequest;
import io.vpccni.rpc.wire.cni.CNIBackendService;
import io.vpccni.rpc.wire.cni.DelNetworkReply;
import io.vpccni.rpc.wire.cni.DelNetworkRequest;
import io.vpccni.rpc.wire.cni.IPAllocationMetadata;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the reference's own plugin asks while a node is moved: addresses are given and taken here,
 * the wiring is that plugin's. Unlike the reference: versions may differ, and AddNetwork waits.
 */
final class CniBackend extends CNIBackendService {
  private static final Logger log = LoggerFactory.getLogger(CniBackend.class);

  private final Vertx vertx;
  private final AddNetwork add;
  private final DelNetwork del;
  private final AtomicBoolean versionTold = new AtomicBoolean();

  CniBackend(Vertx vertx, AgentConfig config, CallIds ids) {
    var branches = new BranchLookup(vertx, config);
    this.vertx = vertx;
    this.add = new AddNetwork(vertx, config, ids, branches);
    this.del = new DelNetwork(vertx.eventBus(), config, branches);
  }

  @Override
  public Future<AddNetworkReply> addNetwork(AddNetworkRequest request) {
    new Counted(Counter.ADD_REQUESTS, "").publish(vertx.eventBus());
    tellVersion(request.getClientVersion());
    return add.run(request).recover(CniBackend::unknown);
  }

  @Override
  public Future<DelNetworkReply> delNetwork(DelNetworkRequest request) {
    new Counted(Counter.DEL_REQUESTS, request.getReason()).publish(vertx.eventBus());
    tellVersion(request.getClientVersion());
    return del.run(request).recover(CniBackend::unknown);
  }

  private static <T> Future<T> unknown(Throwable error) {
    return Future.failedFuture(
        error instanceof StatusException
            ? error
            : new StatusException(GrpcStatus.UNKNOWN, String.valueOf(error.getMessage())));
  }

  private void tellVersion(String client) {
    if (!client.equals(Version.text()) && versionTold.compareAndSet(false, true)) {
      log.atInfo()
          .addKeyValue("client", client)
          .addKeyValue("agent", Version.text())
          .log("a plugin of another version is served too");
    }
  }

  static IPAllocationMetadata metadata(Held held) {
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
