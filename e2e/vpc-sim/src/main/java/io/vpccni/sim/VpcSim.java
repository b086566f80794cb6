package io.vpccni.sim;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vpccni.sim.admin.Admin;
import io.vpccni.sim.cloud.Cloud;
import io.vpccni.sim.cloud.EffectListener;
import io.vpccni.sim.ec2.CloudState;
import io.vpccni.sim.ec2.Effect;
import io.vpccni.sim.http.Endpoints;
import io.vpccni.sim.http.Servers;
import io.vpccni.sim.kubernetes.KubernetesApi;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Runs a cloud in real time, with services that listen on free ports of 127.0.0.1.
 *
 * <pre>{@code
 * var cloud = new Cloud(CloudSettings.prompt(), new KnownTypes());
 * var sim = VpcSim.start(vertx, cloud, dataPlane).await();
 * cloud.perform(new CreateVpc(...), Instant.now());   // or any AWS client at sim.endpoints().ec2()
 * }</pre>
 */
public final class VpcSim {
  private final Vertx vertx;
  private final Cloud cloud;
  private final InstantSource clock;
  private final EffectListener dataPlane;
  private final Servers servers;
  private volatile @Nullable HttpServer admin;
  private long timer = -1;

  private VpcSim(Vertx vertx, Cloud cloud, InstantSource clock, EffectListener dataPlane) {
    this.vertx = vertx;
    this.cloud = cloud;
    this.clock = clock;
    this.dataPlane = dataPlane;
    this.servers = new Servers(vertx, cloud, clock, this::wakeWhenDue);
  }

  /**
   * Starts all services. It replaces the cloud's listener, and also serves the instances that the
   * cloud already has.
   *
   * @param dataPlane is told of everything that happens from now on
   */
  public static Future<VpcSim> start(Vertx vertx, Cloud cloud, EffectListener dataPlane) {
    return start(vertx, cloud, dataPlane, InstantSource.system());
  }

  /**
   * Starts the same with another clock than the system's, as clients of a node whose clock is wrong
   * see it.
   */
  public static Future<VpcSim> start(
      Vertx vertx, Cloud cloud, EffectListener dataPlane, InstantSource clock) {
    var sim = new VpcSim(vertx, cloud, clock, dataPlane);
    cloud.listener(sim::follow);
    return sim.servers.listen().compose(_ -> sim.openAdmin()).map(sim);
  }

  public Cloud cloud() {
    return cloud;
  }

  public Endpoints endpoints() {
    return servers.endpoints();
  }

  /** Returns where the admin endpoint listens; its paths begin with {@code /admin}. */
  public URI admin() {
    var server = admin;
    if (server == null) {
      throw new IllegalStateException("the admin endpoint is not listening yet");
    }
    return Endpoints.local(server.actualPort());
  }

  /** Returns the Kubernetes API in which the cloud's nodes are registered. */
  public KubernetesApi kubernetes() {
    return servers.kubernetes();
  }

  /** Returns the HTTP services of this cloud, whose outages can be planned. */
  public Servers servers() {
    return servers;
  }

  public Future<Void> close() {
    vertx.cancelTimer(timer);
    var closing = new ArrayList<Future<?>>(List.of(servers.close()));
    var server = admin;
    if (server != null) {
      closing.add(server.close());
    }
    return Future.all(closing).mapEmpty();
  }

  private Future<Void> openAdmin() {
    return vertx
        .createHttpServer()
        .requestHandler(Admin.handler(vertx, cloud, servers, clock))
        .listen(0, "127.0.0.1")
        .onSuccess(server -> admin = server)
        .mapEmpty();
  }

  private CompletionStage<Void> follow(List<Effect> effects, CloudState after) {
    var following = dataPlane.follow(effects, after);
    return servers.follow(effects).toCompletionStage().thenCompose(_ -> following);
  }

  /** Sets one timer for the next change that comes about by itself. */
  private synchronized void wakeWhenDue() {
    vertx.cancelTimer(timer);
    cloud
        .nextChange()
        .ifPresent(
            due -> {
              var wait = Duration.between(clock.instant(), due).toMillis() + 1;
              timer = vertx.setTimer(Math.max(1, wait), _ -> wake());
            });
  }

  private void wake() {
    cloud.pass(clock.instant());
    wakeWhenDue();
  }
}
