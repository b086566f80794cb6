package io.vpccni.sim.network;

import io.vpccni.sim.cloud.EffectListener;
import io.vpccni.sim.ec2.CloudState;
import io.vpccni.sim.ec2.Effect;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Makes a network follow a cloud, on one thread and in the order of the cloud's calls. */
public final class Follower implements EffectListener, AutoCloseable {
  private final VpcNetwork network;
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("vpc-network").daemon().factory());

  public Follower(VpcNetwork network) {
    this.network = network;
  }

  @Override
  public CompletionStage<Void> follow(List<Effect> effects, CloudState after) {
    return CompletableFuture.runAsync(() -> network.apply(effects), worker);
  }

  /** Carries out what was told until now and ends the thread. */
  @Override
  public void close() {
    worker.close();
  }
}
