package io.vpccni.ipamd.ec2.eni;

import io.vertx.core.Future;
import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.ec2.EniStepFailed;
import io.vpccni.ipamd.ec2.api.Ec2Api;
import io.vpccni.ipamd.ec2.api.Ec2Errors;
import io.vpccni.ipamd.ec2.api.Ec2Listener;
import io.vpccni.ipamd.ec2.api.Ec2Refused;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.retry.Backoff;
import io.vpccni.ipamd.retry.Scheduler;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes ENIs off the node and deletes them. For one context only. */
final class EniRemoval {
  private static final Logger log = LoggerFactory.getLogger(EniRemoval.class);

  /** EC2 needs some seconds to detach: deleting sooner only costs a call. */
  private static final Duration DETACH_TIME = Duration.ofSeconds(2);

  private static final Duration LONGEST_DELETE_PAUSE = Duration.ofSeconds(32);
  private static final Duration DELETE_WITHIN = Duration.ofMinutes(2);

  private final Ec2Api api;
  private final KnownEnis known;
  private final Scheduler later;
  private final InstantSource clock;
  private final Ec2Listener listener;

  /** Told of what may still exist though nobody wants it. */
  private final Runnable leftover;

  EniRemoval(
      Ec2Api api,
      KnownEnis known,
      Scheduler later,
      InstantSource clock,
      Ec2Listener listener,
      Runnable leftover) {
    this.api = api;
    this.known = known;
    this.later = later;
    this.clock = clock;
    this.listener = listener;
    this.leftover = leftover;
  }

  /** Detaches and deletes; succeeds as soon as it is off the node, the rest is cleaned up later. */
  Future<Void> free(EniView eni) {
    known.working(eni.id());
    Future<Void> detached =
        eni.attachment().map(at -> detach(at.id())).orElseGet(Future::succeededFuture);
    return detached
        .onSuccess(
            _ -> {
              known.detached(eni.id(), clock.instant());
              log.atInfo().addKeyValue("eni", eni.id()).log("ENI detached");
            })
        .compose(
            _ ->
                deletePatiently(eni.id(), DETACH_TIME)
                    .recover(
                        error -> {
                          leftover.run();
                          if (!(error instanceof Ec2Refused why)) {
                            return Future.failedFuture(error);
                          }
                          tell(EniStepFailed.FREE, why);
                          return Future.succeededFuture();
                        }))
        .onComplete(_ -> known.worked(eni.id()));
  }

  /** Where EC2 has refused it: without an answer, there is nothing to tell of EC2. */
  void tell(String step, Ec2Refused why) {
    if (Ec2Errors.answered(why.failed().code())) {
      listener.failed(new EniStepFailed(step, String.valueOf(why.getMessage())));
    }
  }

  /** Of something that is already gone: succeeds. */
  Future<Void> delete(EniId eni) {
    return unless(Ec2Errors::alreadyGone, api.delete(eni));
  }

  /** Again while EC2 still detaches it, for some minutes. */
  Future<Void> deletePatiently(EniId eni, Duration first) {
    return later
        .pause(first)
        .compose(_ -> deletePatiently(eni, 1, clock.instant().plus(DELETE_WITHIN)));
  }

  private Future<Void> deletePatiently(EniId eni, int attempt, Instant deadline) {
    return delete(eni)
        .recover(
            error -> {
              var pause = Backoff.doubling(DETACH_TIME, LONGEST_DELETE_PAUSE, attempt);
              return error instanceof Ec2Refused refused
                      && mayPass(refused.failed())
                      && !clock.instant().plus(pause).isAfter(deadline)
                  ? later.pause(pause).compose(_ -> deletePatiently(eni, attempt + 1, deadline))
                  : Future.failedFuture(error);
            });
  }

  private static boolean mayPass(Failed why) {
    return switch (why.kind()) {
      case THROTTLED, UNAVAILABLE, NOT_ASKED, OUTCOME_UNKNOWN -> true;
      case SUBNET_EXHAUSTED, LIMIT_EXCEEDED, UNAUTHORIZED, PERMANENT ->
          Ec2Errors.stillInUse(why.code());
    };
  }

  private Future<Void> detach(String attachment) {
    return unless(
        code -> Ec2Errors.alreadyGone(code) || Ec2Errors.alreadyLeaving(code),
        api.detach(attachment));
  }

  private static Future<Void> unless(Predicate<String> success, Future<Void> call) {
    return call.recover(
        error ->
            error instanceof Ec2Refused refused && success.test(refused.failed().code())
                ? Future.succeededFuture()
                : Future.failedFuture(error));
  }
}
