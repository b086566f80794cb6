package io.vpccni.ipamd.ec2.api;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Keeps one token bucket per class of actions, with EC2's published figures: asking faster than
 * these only earns errors, and takes the budget away from the account's other nodes. It is pure.
 */
final class RequestBudget {
  /**
   * Holds the burst and the sustained rate per second. Source of the figures: Amazon EC2 API
   * reference, "Request throttling"; those of tags and unfiltered actions are its general ones.
   */
  enum ActionClass {
    CHANGE(100, 5),
    ATTACH(50, 5),
    TAG(100, 10),
    READ(100, 20);

    private final double burst;
    private final double perSecond;

    ActionClass(double burst, double perSecond) {
      this.burst = burst;
      this.perSecond = perSecond;
    }
  }

  private static final Set<String> ATTACHING =
      Set.of("AttachNetworkInterface", "DetachNetworkInterface");

  private record Bucket(double tokens, Instant at) {}

  /** Holds one bucket for each action, as EC2 counts; the action's class gives the figures. */
  private final Map<String, Bucket> buckets = new HashMap<>();

  /** This is when each throttled class may go on, whatever its bucket says. */
  private final Map<ActionClass, Instant> stoppedUntil = new EnumMap<>(ActionClass.class);

  static ActionClass classOf(String action) {
    if (action.startsWith("Describe")) {
      return ActionClass.READ;
    }
    if (action.equals("CreateTags")) {
      return ActionClass.TAG;
    }
    return ATTACHING.contains(action) ? ActionClass.ATTACH : ActionClass.CHANGE;
  }

  /**
   * Takes one token, which may be one of the future, and returns how long to wait before sending.
   */
  Duration reserve(String action, Instant now) {
    var figures = classOf(action);
    var before = buckets.getOrDefault(action, new Bucket(figures.burst, now));
    double gained = Duration.between(before.at(), now).toNanos() / 1e9 * figures.perSecond;
    double left = Math.min(figures.burst, before.tokens() + Math.max(0, gained)) - 1;
    buckets.put(action, new Bucket(left, now));
    var forToken =
        left >= 0 ? Duration.ZERO : Duration.ofNanos((long) (-left / figures.perSecond * 1e9));
    var stop = stoppedUntil.getOrDefault(figures, now);
    var forStop = Duration.between(now, stop);
    return forStop.compareTo(forToken) > 0 ? forStop : forToken;
  }

  /** Pauses the whole class, since EC2 said that the account asks too much. */
  void throttled(String action, Instant until) {
    stoppedUntil.merge(classOf(action), until, (a, b) -> a.isAfter(b) ? a : b);
  }
}
