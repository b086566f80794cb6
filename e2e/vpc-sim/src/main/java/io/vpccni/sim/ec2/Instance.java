package io.vpccni.sim.ec2;

import java.time.Instant;
import java.util.Optional;

/**
 * @param role name of the role whose credentials IMDS gives out
 * @param state EC2's words: {@code running} or {@code terminated}
 */
public record Instance(
    String id,
    String type,
    String imageId,
    String subnetId,
    String vpcId,
    String zone,
    String reservationId,
    Instant launchedAt,
    Optional<String> role,
    State state)
    implements Named {
  /** As EC2 spells it in lower case; the code is EC2's. */
  public enum State {
    RUNNING(16),
    TERMINATED(48);

    public final int code;

    State(int code) {
      this.code = code;
    }
  }

  public boolean running() {
    return state == State.RUNNING;
  }

  Instance terminated() {
    return new Instance(
        id,
        type,
        imageId,
        subnetId,
        vpcId,
        zone,
        reservationId,
        launchedAt,
        role,
        State.TERMINATED);
  }
}
