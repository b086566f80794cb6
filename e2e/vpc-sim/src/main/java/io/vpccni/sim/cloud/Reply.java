package io.vpccni.sim.cloud;

import io.vpccni.sim.ec2.ApiError;
import io.vpccni.sim.ec2.Ec2Answer;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * What a caller gets.
 *
 * @param after how long after the call it arrives
 * @param followed done when the data plane has followed; the answer is not sent before
 */
public record Reply(Result result, Duration after, CompletionStage<Void> followed) {
  /** How the call ended for its caller. */
  public sealed interface Result {}

  public record Answered(Ec2Answer answer) implements Result {}

  public record Refused(ApiError error) implements Result {}

  /**
   * The connection breaks.
   *
   * @param happened whether the call took effect; the caller cannot know
   */
  public record Lost(boolean happened) implements Result {}

  /** Nothing ever comes, and nothing happened: the caller waits until it loses patience. */
  public record Silence() implements Result {}
}
