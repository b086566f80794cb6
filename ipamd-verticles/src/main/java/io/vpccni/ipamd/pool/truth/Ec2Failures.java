package io.vpccni.ipamd.pool.truth;

import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.ask.Backoffs;
import io.vpccni.ipamd.pool.ask.Ec2Action;
import io.vpccni.ipamd.pool.size.Shrink;
import io.vpccni.ipamd.pool.state.Backoff;
import io.vpccni.ipamd.pool.state.Cloud;
import io.vpccni.ipamd.pool.state.InFlightRequest;
import io.vpccni.ipamd.pool.state.Transition;
import java.time.Duration;
import java.util.Optional;

/**
 * Decides what an EC2 failure means for the next requests: to pause, to read first, or to do it
 * another way.
 */
public final class Ec2Failures {
  /** This is the first pause after a failure that passes by itself. */
  public static final Duration PASSING = Duration.ofSeconds(2);

  /** This is the pause after a subnet had nothing left, as long as that of amazon-vpc-cni-k8s. */
  static final Duration EXHAUSTED = Duration.ofMinutes(2);

  /** This is the first pause where a person must act, short enough that they see the effect. */
  static final Duration FORBIDDEN = Duration.ofMinutes(1);

  static final Duration REFUSED = Duration.ofSeconds(30);

  /** A subnet without a contiguous /28 is asked for single addresses for this long. */
  static final Duration SINGLES = Duration.ofMinutes(30);

  private Ec2Failures() {}

  public static void handle(Transition transition, InFlightRequest what, Failed failed) {
    var action = Ec2Action.of(what);
    var all = action.about("");
    var asked = what.since();
    transition.count(action.failure(), 1);
    // Whoever calls EC2 tells what it is like; here it only means pauses.
    switch (failed.kind()) {
      // IMDS is asked again every few seconds: a pause that grows would outlast its absence.
      case NOT_ASKED -> Backoffs.failed(transition, all, asked, PASSING, PASSING);
      case THROTTLED, UNAVAILABLE, OUTCOME_UNKNOWN ->
          Backoffs.failed(transition, all, asked, PASSING, Backoffs.LONGEST_PASSING);
      case UNAUTHORIZED -> Backoffs.failed(transition, all, asked, FORBIDDEN);
      case SUBNET_EXHAUSTED -> exhausted(transition, what, failed);
      case LIMIT_EXCEEDED, PERMANENT -> {
        Backoffs.failed(transition, action.about(Ec2Action.subject(what)), asked, REFUSED);
        transition.raise(Condition.Name.EC2_REFUSED, failed.action(), failed.code(), text(failed));
      }
    }
    if (failed.kind().unclear() && action != Ec2Action.DESCRIBE) {
      transition.cloud = transition.cloud.doubt(transition.now());
    }
    switch (what) {
      case InFlightRequest.ToUnassign(var eni, var _, var _) ->
          Shrink.failed(transition, eni, failed);
      case InFlightRequest.ToFree(var eni, var _) -> Shrink.failed(transition, eni, failed);
      case InFlightRequest.ToAssign _,
          InFlightRequest.ToCreate _,
          InFlightRequest.ToDescribe _,
          InFlightRequest.ToListVeths _ -> {}
    }
  }

  private static void exhausted(Transition transition, InFlightRequest what, Failed failed) {
    switch (what) {
      case InFlightRequest.ToAssign(var id, var kind, var _, var _) -> {
        var eni = transition.ledger.enis().get(id);
        var subnet = eni == null ? failed.subnet().orElse("") : eni.facts().subnet().value();
        exhausted(transition, kind, subnet, Ec2Action.ASSIGN.about(subnet), what, failed);
      }
      case InFlightRequest.ToCreate(var card, var kind, var _, var _) ->
          exhausted(
              transition,
              kind,
              failed.subnet().orElse(""),
              Ec2Action.CREATE.about(String.valueOf(card)),
              what,
              failed);
      case InFlightRequest.ToUnassign _,
          InFlightRequest.ToFree _,
          InFlightRequest.ToDescribe _,
          InFlightRequest.ToListVeths _ ->
          Backoffs.failed(
              transition, Ec2Action.of(what).about(Ec2Action.subject(what)), what.since(), REFUSED);
    }
  }

  private static void exhausted(
      Transition transition,
      AddressKind kind,
      String subnet,
      Backoff.Key paused,
      InFlightRequest what,
      Failed failed) {
    if (kind == AddressKind.IPV4_PREFIX) {
      // A subnet can be too fragmented for a /28 and still have single addresses.
      transition.cloud =
          transition.cloud.singlesUntil(
              new Cloud.SubnetKey(subnet), transition.now().plus(SINGLES));
      transition.raise(
          Condition.Name.PREFIXES_UNAVAILABLE,
          subnet,
          failed.code(),
          text(failed) + "; single addresses are used there meanwhile");
      return;
    }
    Backoffs.failed(transition, paused, what.since(), EXHAUSTED);
    transition.raise(Condition.Name.SUBNET_EXHAUSTED, subnet, failed.code(), text(failed));
  }

  /**
   * Clears the conditions of a kind of request that has not failed for long, because they are no
   * longer known to hold.
   */
  public static void over(Transition transition, Backoff.Key paused) {
    for (var action : Ec2Action.values()) {
      boolean others =
          transition.cloud.backoffs().keySet().stream()
              .anyMatch(key -> key.action().equals(action.name()));
      if (action.name().equals(paused.action()) && !others) {
        for (var call : action.calls()) {
          transition.clear(Condition.Name.EC2_REFUSED, call);
        }
        transition.clear(Condition.Name.SUBNET_EXHAUSTED, "");
      }
    }
    transition.clear(Condition.Name.SUBNET_EXHAUSTED, paused.subject());
  }

  public static Failed noAnswer(InFlightRequest what) {
    return new Failed(
        Ec2Action.of(what).calls().getFirst(),
        "NoAnswer",
        "no answer in time",
        FailureKind.OUTCOME_UNKNOWN,
        Optional.empty());
  }

  private static String text(Failed failed) {
    return failed.action() + " failed: " + failed.code() + " (" + failed.message() + ")";
  }
}
