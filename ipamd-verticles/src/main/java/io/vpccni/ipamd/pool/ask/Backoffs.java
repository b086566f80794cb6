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

  /**
   * Begins a pause. Of several requests that were under way together and fail one after the other,
   * only the first makes the pause longer than the last one was.
   *
   * @param asked when the request was made
   */
  public static void failed(
      Transition transition, Backoff.Key key, Instant asked, Duration first, Duration longest) {
    var known = transition.cloud.backoffs().get(key);
    var failed =
        known != null && known.isAfter(asked)
            ? known
            : new Backoff(
                transition.now(), known == null ? 1 : known.failures() + 1, transition.now());
    var pause = first.multipliedBy(1L << Math.min(failed.failures() - 1, 12));
    if (pause.compareTo(longest) > 0) {
      pause = longest;
    }
    transition.cloud =
        transition.cloud.pause(key, failed.atLeastUntil(transition.now().plus(pause)));
  }

  public static void failed(Transition transition, Backoff.Key key, Instant asked, Duration first) {
    failed(transition, key, asked, first, LONGEST);
  }

  /**
   * Ends the pause, unless the request that has succeeded was made before the failure.
   *
   * @param asked when the request was made
   */
  public static void succeeded(Transition transition, Backoff.Key key, Instant asked) {
    var known = transition.cloud.backoffs().get(key);
    if (known != null && !known.isAfter(asked)) {
      transition.cloud = transition.cloud.resume(key);
    }
  }

  /** Tells whether a request of that action has failed since, and no later one has succeeded. */
  public static boolean failedSince(Transition transition, Ec2Action action, Instant asked) {
    return transition.cloud.backoffs().entrySet().stream()
        .anyMatch(
            entry ->
                entry.getKey().action().equals(action.name()) && entry.getValue().isAfter(asked));
  }

  /** Tells whether a failure about one of the subjects is remembered, be its pause over or not. */
  public static boolean remembers(Transition transition, Ec2Action action, String... subjects) {
    for (var subject : subjects) {
      if (transition.cloud.backoffs().containsKey(new Backoff.Key(action.name(), subject))) {
        return true;
      }
    }
    return false;
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
