package io.vpccni.sim.cloud;

import io.vpccni.sim.ec2.ApiError;
import io.vpccni.sim.ec2.Ec2Answer;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/**
 * Says what a caller of EC2 gets, and when.
 *
 * @param after is the time from the call until the answer arrives
 * @param followed completes when the data plane has followed; the answer is not sent before
 */
public record Reply(Result result, Duration after, CompletionStage<Void> followed) {
  /** A result says how the call ended for its caller. */
  public sealed interface Result {}

  public record Answered(Ec2Answer answer) implements Result {}

  public record Refused(ApiError error) implements Result {}

  /**
   * The connection breaks.
   *
   * @param happened says whether the call took effect, which the caller cannot know
   */
  public record Lost(boolean happened) implements Result {}

  /** Nothing happened and no answer ever comes: the caller waits until its own timeout. */
  public record Silence() implements Result {}
}
