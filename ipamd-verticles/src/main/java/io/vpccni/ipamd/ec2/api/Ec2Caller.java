package io.vpccni.ipamd.ec2.api;

import io.vertx.core.Future;
import io.vpccni.ipamd.aws.ApiCallMade;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.retry.Pauses;
import io.vpccni.ipamd.retry.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Sends each request when its budget allows, and again where that is safe and may help: with full
 * jitter, a bounded number of times, within one overall deadline. Tells what it sees. It is for one
 * context only.
 */
public final class Ec2Caller {
  private static final int ATTEMPTS = 5;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(20);

  /** This tells whether a request whose outcome is unknown may simply be sent again. */
  public enum Safe {
    /** Sending the request twice is the same as sending it once. */
    REPEATABLE,
    /** The request is sent again only if certainly nothing has happened. */
    ONCE
  }

  private final Scheduler later;
  private final RandomGenerator random;
  private final Duration overall;
  private final Ec2Listener listener;
  private final RequestBudget budget = new RequestBudget();
  private final Ec2Conditions conditions;

  public Ec2Caller(
      Scheduler later, RandomGenerator random, Duration overall, Ec2Listener listener) {
    this.later = later;
    this.random = random;
    this.overall = overall;
    this.listener = listener;
    this.conditions = new Ec2Conditions(later, listener::condition);
  }

  public <T> Future<T> call(String action, Safe safe, Supplier<Future<T>> send) {
    return attempt(action, safe, send, 1, later.now().plus(overall));
  }

  /** Tells by how much this node's clock is ahead of EC2's; less than nothing: behind. */
  public void clockAhead(Duration ahead) {
    conditions.clockAhead(ahead);
  }

  private <T> Future<T> attempt(
      String action, Safe safe, Supplier<Future<T>> send, int number, Instant deadline) {
    var wait = budget.reserve(action, later.now());
    if (later.now().plus(wait).isAfter(deadline)) {
      var exhausted =
          Ec2Refused.of(
              action,
              "RequestBudgetExhausted",
              "this node's own request budget allows the next call in " + wait.toSeconds() + " s",
              FailureKind.THROTTLED);
      conditions.failed(exhausted.failed());
      return Future.failedFuture(exhausted);
    }
    return later
        .pause(wait)
        .compose(
            _ -> {
              var sent = later.now();
              return send.get()
                  .onSuccess(_ -> succeeded(action, Duration.between(sent, later.now()), wait))
                  .onFailure(
                      error -> failed(action, error, Duration.between(sent, later.now()), wait));
            })
        .recover(
            error -> {
              if (!(error instanceof Ec2Refused refused)) {
                return Future.failedFuture(error);
              }
              var pause = Pauses.fullJitter(FIRST_PAUSE, LONGEST_PAUSE, number, random);
              if (refused.failed().kind() == FailureKind.THROTTLED) {
                budget.throttled(action, later.now().plus(pause));
              }
              if (!mayRepeat(refused.failed().kind(), safe)
                  || number >= ATTEMPTS
                  || later.now().plus(pause).isAfter(deadline)) {
                return Future.failedFuture(refused);
              }
              return later
                  .pause(pause)
                  .compose(_ -> attempt(action, safe, send, number + 1, deadline));
            });
  }

  private static boolean mayRepeat(FailureKind kind, Safe safe) {
    return switch (kind) {
      case THROTTLED, UNAVAILABLE -> true;
      case OUTCOME_UNKNOWN -> safe == Safe.REPEATABLE;
      case NOT_ASKED, SUBNET_EXHAUSTED, LIMIT_EXCEEDED, UNAUTHORIZED, PERMANENT -> false;
    };
  }

  private void succeeded(String action, Duration latency, Duration wait) {
    listener.called(ApiCallMade.succeeded(action, latency, wait));
    conditions.succeeded(action);
  }

  private void failed(String action, Throwable error, Duration latency, Duration wait) {
    if (error instanceof Ec2Refused refused) {
      listener.called(
          ApiCallMade.failed(
              action,
              Ec2Errors.outcome(action, refused.failed().code()),
              refused.failed().code(),
              latency,
              wait));
      conditions.failed(refused.failed());
    }
  }
}
