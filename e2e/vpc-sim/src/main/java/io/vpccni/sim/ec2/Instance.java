package io.vpccni.sim.ec2;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * @param role is the name of the role whose credentials IMDS gives out
 * @param changesAt is when {@code PENDING} or {@code SHUTTING_DOWN} ends; it has no meaning
 *     otherwise
 */
public record Instance(
    String id,
    String type,
    String imageId,
    Placement placement,
    String reservationId,
    Instant launchedAt,
    Optional<String> role,
    MetadataOptions metadata,
    State state,
    Instant changesAt)
    implements Identified {
  /** Holds EC2's states of an instance, with EC2's numbers for them. */
  public enum State {
    PENDING(0),
    RUNNING(16),
    SHUTTING_DOWN(32),
    TERMINATED(48);

    public final int code;

    State(int code) {
      this.code = code;
    }

    /** Returns the name of the state as EC2 spells it, {@code shutting-down} for example. */
    public String word() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  public String subnetId() {
    return placement.subnetId();
  }

  public String vpcId() {
    return placement.vpcId();
  }

  public String zone() {
    return placement.zone();
  }

  public boolean running() {
    return state == State.RUNNING;
  }

  /** Returns whether its machine is there, running or not. */
  public boolean exists() {
    return state != State.TERMINATED;
  }

  /** Returns the result of EC2's status checks. */
  public String health() {
    return switch (state) {
      case RUNNING -> "ok";
      case PENDING -> "initializing";
      case SHUTTING_DOWN, TERMINATED -> "not-applicable";
    };
  }

  Instance in(State next, Instant until) {
    return new Instance(
        id, type, imageId, placement, reservationId, launchedAt, role, metadata, next, until);
  }

  Instance with(MetadataOptions next) {
    return new Instance(
        id, type, imageId, placement, reservationId, launchedAt, role, next, state, changesAt);
  }
}
