package io.vpccni.sim.faults;

import java.time.Duration;
import java.time.Instant;

/**
 * Describes a request token bucket, of which EC2 keeps one per action.
 *
 * @param capacity is the number of calls that a client may make at once after a rest
 * @param perSecond is the number of tokens that are refilled
 */
public record TokenBucket(double capacity, double perSecond) {
  /** Holds the number of tokens left at a time. */
  record Level(double tokens, Instant at) {}

  Level full(Instant now) {
    return new Level(capacity, now);
  }

  Level refill(Level level, Instant now) {
    var seconds = Math.max(0, Duration.between(level.at(), now).toNanos() / 1e9);
    return new Level(Math.min(capacity, level.tokens() + seconds * perSecond), now);
  }
}
