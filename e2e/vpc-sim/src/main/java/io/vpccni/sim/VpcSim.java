package io.vpccni.sim;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vpccni.sim.ec2.CloudState;
import io.vpccni.sim.ec2.Effect;
import io.vpccni.sim.http.Servers;
import io.vpccni.sim.kubernetes.KubernetesApi;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * A cloud in real time, with its services listening on free ports of 127.0.0.1.
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
  private long timer = -1;

  private VpcSim(Vertx vertx, Cloud cloud, InstantSource clock, EffectListener dataPlane) {
    this.vertx = vertx;
    this.cloud = cloud;
    this.clock = clock;
    this.dataPlane = dataPlane;
    this.servers = new Servers(vertx, cloud, clock, this::wakeWhenDue);
  }

  /**
   * Takes the place of the cloud's listener. What the cloud holds already is listened for, too.
   *
   * @param dataPlane told of everything that happens from now on
   */
  public static Future<VpcSim> start(Vertx vertx, Cloud cloud, EffectListener dataPlane) {
    var sim = new VpcSim(vertx, cloud, InstantSource.system(), dataPlane);
    cloud.listener(sim::follow);
    return sim.servers.listen().map(sim);
  }

  public Cloud cloud() {
    return cloud;
  }

  public Endpoints endpoints() {
    return servers.endpoints();
  }

  /** The Kubernetes API of this cloud. */
  public KubernetesApi kubernetes() {
    return servers.kubernetes();
  }

  /** Outages of single services. */
  public Servers servers() {
    return servers;
  }

  public Future<Void> close() {
    vertx.cancelTimer(timer);
    return servers.close();
  }

  private CompletionStage<Void> follow(List<Effect> effects, CloudState after) {
    var following = dataPlane.follow(effects, after);
    return servers.follow(effects).toCompletionStage().thenCompose(_ -> following);
  }

  /** One timer for the next attachment that settles by itself. */
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
