package io.vpccni.sim.cloud;

import io.vpccni.sim.ec2.CloudState;
import io.vpccni.sim.ec2.Effect;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Makes the world follow the API: plugs links, sets routes. */
public interface EffectListener {
  /** Nothing follows. */
  EffectListener NONE = (_, _) -> CompletableFuture.completedStage(null);

  /**
   * Called in the order of the calls, under the cloud's lock: it must only hand the work on.
   *
   * @param after the state in which these effects are true
   * @return done when the world has followed; answers wait for it
   */
  CompletionStage<Void> follow(List<Effect> effects, CloudState after);
}
