package io.vpccni.ipamd.ec2.api;

import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.condition.RaisedConditions;
import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.retry.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Raises the conditions about EC2 and about our rights there that calls reveal. It is for one
 * context only.
 */
final class Ec2Conditions {
  static final String UNREACHABLE = "Ec2Unreachable";
  static final String THROTTLED = "Ec2Throttled";
  static final String FAILING = "Ec2Failing";
  static final String NO_CREDENTIALS = "NoCredentials";

  static final String CLOCK_SKEWED = "ClockSkewed";

  /** EC2 refuses requests whose date is five minutes off. */
  private static final Duration SKEWED = Duration.ofMinutes(4);

  /** A clock that was wrong is right again below this difference. */
  private static final Duration RIGHT = Duration.ofMinutes(2);

  /** This page of ours has the policy of each kind of node. */
  private static final String POLICY_PAGE = "docs/iam.md";

  /** These conditions are about one action; the others are about EC2 as a whole. */
  private static final List<String> OF_ACTION =
      List.of(THROTTLED, FAILING, ConditionChanged.NO_PERMISSION);

  /**
   * A condition that nothing confirms for this long is lowered. It is longer than any pause between
   * calls.
   */
  private static final Duration FORGET = Duration.ofMinutes(70);

  private record Key(String name, String subject) {}

  private final Scheduler later;
  private final RaisedConditions raised;

  /** This is when each condition that is raised was last confirmed. */
  private final Map<Key, Instant> confirmed = new HashMap<>();

  /** This is what has failed once, may pass by itself, and has not succeeded since. */
  private final Set<Key> failedOnce = new HashSet<>();

  Ec2Conditions(Scheduler later, Consumer<ConditionChanged> listener) {
    this.later = later;
    this.raised = new RaisedConditions(listener);
  }

  /** Between the two bounds nothing changes, so that a clock at a bound is not told twice. */
  void clockAhead(Duration ahead) {
    var off = ahead.abs();
    if (off.compareTo(RIGHT) < 0) {
      raised.lower(CLOCK_SKEWED, "");
    } else if (off.compareTo(SKEWED) > 0) {
      raised.raise(
          CLOCK_SKEWED,
          "",
          "Skewed",
          "this node's clock is "
              + (off.toMinutes() >= 60
                  ? Math.round(off.toSeconds() / 3600.0) + " h"
                  : off.toMinutes() + " min")
              + (ahead.isNegative() ? " behind" : " ahead of")
              + " EC2's: requests are signed with EC2's time; is a time service such as chrony"
              + " running?");
    }
  }

  void succeeded(String action) {
    over(new Key(UNREACHABLE, ""));
    over(new Key(NO_CREDENTIALS, ""));
    OF_ACTION.forEach(name -> over(new Key(name, action)));
  }

  /** Takes note of a call that failed, also of one that will be repeated. */
  void failed(Failed failed) {
    if (Ec2Errors.answered(failed.code())) {
      // An answer that is an error means that EC2 can be reached, all the same.
      over(new Key(UNREACHABLE, ""));
    }
    if (!isUnsigned(failed)) {
      over(new Key(NO_CREDENTIALS, ""));
    }
    var action = failed.action();
    switch (failed.kind()) {
      case THROTTLED ->
          twice(
              new Key(THROTTLED, action),
              failed,
              "EC2 limits how often ec2:" + action + " may be called: " + failed.message());
      case UNAVAILABLE, OUTCOME_UNKNOWN -> {
        if (isUnreached(failed)) {
          twice(
              new Key(UNREACHABLE, ""),
              failed,
              failed.message()
                  + "; is there a route, a NAT gateway or a VPC endpoint to EC2? Pods go on with"
                  + " the addresses the node has");
        } else if (isUnsigned(failed)) {
          twice(
              new Key(NO_CREDENTIALS, ""),
              failed,
              "no credentials for EC2 could be read: "
                  + failed.message()
                  + "; has the node an instance profile, or the service account of aws-node a role?"
                  + " Pods go on with the addresses the node has");
        } else {
          twice(
              new Key(FAILING, action),
              failed,
              "ec2:" + action + " fails on EC2's side: " + failed.message());
        }
      }
      case UNAUTHORIZED ->
          raise(
              new Key(ConditionChanged.NO_PERMISSION, action),
              failed,
              "Unauthorized operation: failed to call ec2:"
                  + action
                  + " due to missing permissions. "
                  + POLICY_PAGE
                  + " has the policy to attach to the IAM role of aws-node");
      case NOT_ASKED, SUBNET_EXHAUSTED, LIMIT_EXCEEDED, PERMANENT -> {}
    }
  }

  /**
   * Raises the condition at the second failure: what happens once and then works is not worth an
   * event.
   */
  private void twice(Key key, Failed failed, String detail) {
    if (!failedOnce.add(key)) {
      raise(key, failed, detail);
    }
  }

  private static boolean isUnreached(Failed failed) {
    return failed.code().equals(Ec2Errors.UNREACHABLE) || failed.code().equals(Ec2Errors.TIMEOUT);
  }

  private static boolean isUnsigned(Failed failed) {
    return failed.code().equals(Ec2Errors.NO_CREDENTIALS);
  }

  private void raise(Key key, Failed failed, String detail) {
    confirmed.put(key, later.now());
    if (raised.raise(key.name(), key.subject(), failed.code(), detail)) {
      later.after(FORGET, () -> forget(key));
    }
  }

  private void forget(Key key) {
    var last = confirmed.get(key);
    if (last == null) {
      return;
    }
    var left = Duration.between(later.now(), last.plus(FORGET));
    if (left.isPositive()) {
      later.after(left, () -> forget(key));
    } else {
      over(key);
    }
  }

  private void over(Key key) {
    failedOnce.remove(key);
    confirmed.remove(key);
    raised.lower(key.name(), key.subject());
  }
}
