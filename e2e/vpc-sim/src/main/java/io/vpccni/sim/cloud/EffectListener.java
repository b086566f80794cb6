package io.vpccni.sim.cloud;

import io.vpccni.sim.ec2.CloudState;
import io.vpccni.sim.ec2.Effect;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Makes a network follow what the EC2 API has answered: it plugs links in and sets routes. */
public interface EffectListener {
  /** A cloud without a network has this listener. */
  EffectListener NONE = (_, _) -> CompletableFuture.completedStage(null);

  /**
   * This is called in the order of the calls and under the cloud's lock, so it must only hand the
   * work on.
   *
   * @param after is the state in which these effects are true
   * @return completes when the network has followed; answers wait for it
   */
  CompletionStage<Void> follow(List<Effect> effects, CloudState after);
}
