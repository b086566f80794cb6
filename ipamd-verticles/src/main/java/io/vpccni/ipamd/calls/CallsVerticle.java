package io.vpccni.ipamd.calls;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vpccni.ipamd.cni.CniSocket;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.dataplane.DataplaneEndpoints;
import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.grpc.GrpcSocket;
import io.vpccni.ipamd.holding.AttachmentQueue;
import io.vpccni.ipamd.holding.DataplaneGate;
import io.vpccni.ipamd.holding.WarmUpNews;
import io.vpccni.ipamd.pool.CallIds;
import io.vpccni.rpc.time.ElapsedClock;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Owns both sockets, {@code cni.sock} and {@code ipamd.sock}, and the one queue of each
 * attachment's calls: while a node is moved to this agent or back, our executable and the
 * reference's plugin may ask for the same attachment at the same time.
 */
public final class CallsVerticle extends VerticleBase {
  private final AgentConfig config;
  private final CallIds ids;
  private final ElapsedClock clock;
  private final Set<Integer> cniPeers;
  private final Set<Integer> grpcPeers;
  private final AttachmentQueue queue = new AttachmentQueue();

  private @Nullable CniSocket cni;
  private @Nullable GrpcSocket grpc;
  private @Nullable DataplaneGate gate;

  /**
   * Makes a verticle that is not deployed yet.
   *
   * @param cniPeers user ids that may call {@code cni.sock}
   * @param grpcPeers user ids that may call {@code ipamd.sock}
   */
  public CallsVerticle(
      AgentConfig config,
      CallIds ids,
      ElapsedClock clock,
      Set<Integer> cniPeers,
      Set<Integer> grpcPeers) {
    this.config = config;
    this.ids = ids;
    this.clock = clock;
    this.cniPeers = Set.copyOf(cniPeers);
    this.grpcPeers = Set.copyOf(grpcPeers);
  }

  @Override
  public Future<?> start() {
    var dataplane = new DataplaneGate(vertx);
    gate = dataplane;
    cni = new CniSocket(vertx, config, ids, clock, queue, dataplane);
    grpc = new GrpcSocket(vertx, config, ids, clock, queue, dataplane::notReady);
    return DataplaneEndpoints.NEWS
        .hear(vertx.eventBus(), this::heard)
        .compose(_ -> WarmUpNews.TOPIC.hear(vertx.eventBus(), dataplane::heard))
        .compose(_ -> new StalePodsService(vertx.eventBus(), queue).serve())
        .compose(_ -> cni().listen(cniPeers))
        .compose(_ -> grpc().listen(grpcPeers));
  }

  @Override
  public Future<?> stop() {
    return Future.join(cni().close(), grpc().close());
  }

  private void heard(DataplaneNews news) {
    Objects.requireNonNull(gate, "started").heard(news);
    if (news instanceof DataplaneNews.Connected) cni().replay();
  }

  private CniSocket cni() {
    return Objects.requireNonNull(cni, "started");
  }

  private GrpcSocket grpc() {
    return Objects.requireNonNull(grpc, "started");
  }
}
