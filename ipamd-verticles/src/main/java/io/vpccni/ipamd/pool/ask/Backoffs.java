package io.vpccni.ipamd.pool.ask;

import io.vpccni.ipamd.pool.state.Backoff;
import io.vpccni.ipamd.pool.state.Transition;
import java.time.Duration;
import java.time.Instant;

/** Makes pauses after failures, which get longer each time and always end. */
public final class Backoffs {
  /**
   * The failures are remembered for this long after their pause, so that the next pause is longer.
   */
  public static final Duration FORGET = Duration.ofMinutes(10);

  static final Duration LONGEST = Duration.ofMinutes(10);

  /**
   * Pauses after failures that pass by themselves, such as throttling, are never longer than this.
   */
  public static final Duration LONGEST_PASSING = Duration.ofMinutes(1);

  private Backoffs() {}

  public static void failed(
      Transition transition, String action, String subject, Duration first, Duration longest) {
    var key = new Backoff.Key(action, subject);
    var known = transition.cloud.backoffs().get(key);
    int failures = known == null ? 1 : known.failures() + 1;
    var pause = first.multipliedBy(1L << Math.min(failures - 1, 12));
    if (pause.compareTo(longest) > 0) {
      pause = longest;
    }
    transition.cloud =
        transition.cloud.pause(key, new Backoff(transition.now().plus(pause), failures));
  }

  public static void failed(Transition transition, String action, String subject, Duration first) {
    failed(transition, action, subject, first, LONGEST);
  }

  public static void succeeded(Transition transition, String action, String subject) {
    transition.cloud = transition.cloud.resume(new Backoff.Key(action, subject));
  }

  /** Returns until when such a request pauses, or {@link Instant#EPOCH} if it does not. */
  public static Instant until(Transition transition, String action, String subject) {
    var known = transition.cloud.backoffs().get(new Backoff.Key(action, subject));
    return known == null || transition.passed(known.until()) ? Instant.EPOCH : known.until();
  }

  public static boolean pauses(Transition transition, String action, String subject) {
    return until(transition, action, subject).isAfter(transition.now());
  }

  /**
   * Returns the end of the longest pause that concerns a request; a pause of all subjects has the
   * empty one.
   */
  public static Instant until(Transition transition, Ec2Action action, String... subjects) {
    if (transition.cloud.backoffs().isEmpty()) {
      return Instant.EPOCH;
    }
    var last = Instant.EPOCH;
    for (var subject : subjects) {
      var one = until(transition, action.name(), subject);
      last = one.isAfter(last) ? one : last;
    }
    return last;
  }
}
