package io.vpccni.ipamd.ec2.eni;

import io.vertx.core.Future;
import io.vpccni.ipamd.ec2.Ec2Reply.Failed;
import io.vpccni.ipamd.ec2.EniStepFailed;
import io.vpccni.ipamd.ec2.api.Ec2Errors;
import io.vpccni.ipamd.ec2.api.Ec2Refused;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.log.LogKeys;
import io.vpccni.ipamd.retry.Pauses;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes ENIs off the node and deletes them. It is for one context only. */
final class EniRemoval {
  private static final Logger log = LoggerFactory.getLogger(EniRemoval.class);

  /** EC2 needs some seconds to detach, so deleting sooner only costs a call. */
  private static final Duration DETACH_TIME = Duration.ofSeconds(2);

  private static final Duration LONGEST_DELETE_PAUSE = Duration.ofSeconds(32);
  private static final Duration DELETE_WITHIN = Duration.ofMinutes(2);

  private final Ec2Context around;
  private final NodeEnis enis;
  private final Subnets subnets;

  EniRemoval(Ec2Context around, NodeEnis enis, Subnets subnets) {
    this.around = around;
    this.enis = enis;
    this.subnets = subnets;
  }

  /** This is how much of an ENI is left when it has been freed. */
  enum Left {
    NOTHING,
    /** It is off the node, but could not be deleted: it is an orphan now. */
    UNATTACHED
  }

  /** Detaches and deletes; succeeds as soon as it is off the node. */
  Future<Left> free(EniView eni) {
    enis.startWork(eni.id());
    Future<Void> detached =
        eni.attachment().map(at -> detach(at.id())).orElseGet(Future::succeededFuture);
    return detached
        .onSuccess(
            _ -> {
              enis.detached(eni.id(), around.later().now());
              log.atInfo().addKeyValue(LogKeys.ENI, eni.id()).log("ENI detached");
            })
        .compose(_ -> deletePatiently(eni, DETACH_TIME).map(Left.NOTHING).recover(this::notDeleted))
        .onComplete(_ -> enis.endWork(eni.id()));
  }

  private Future<Left> notDeleted(Throwable error) {
    if (!(error instanceof Ec2Refused why)) {
      return Future.failedFuture(error);
    }
    around.stepFailed(EniStepFailed.FREE, why);
    return Future.succeededFuture(Left.UNATTACHED);
  }

  /** Deletes the ENI; deleting one that is already gone succeeds. */
  Future<Void> delete(EniView eni) {
    return unless(Ec2Errors::alreadyGone, around.api().delete(eni.id()))
        .onSuccess(_ -> subnets.deleted(eni));
  }

  /** Deletes the ENI, again and again for two minutes while EC2 still detaches it. */
  Future<Void> deletePatiently(EniView eni, Duration first) {
    return around
        .later()
        .pause(first)
        .compose(_ -> deletePatiently(eni, 1, around.later().now().plus(DELETE_WITHIN)));
  }

  private Future<Void> deletePatiently(EniView eni, int attempt, Instant deadline) {
    return delete(eni)
        .recover(
            error -> {
              var pause = Pauses.doubling(DETACH_TIME, LONGEST_DELETE_PAUSE, attempt);
              return error instanceof Ec2Refused refused
                      && mayPass(refused.failed())
                      && !around.later().now().plus(pause).isAfter(deadline)
                  ? around
                      .later()
                      .pause(pause)
                      .compose(_ -> deletePatiently(eni, attempt + 1, deadline))
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
        around.api().detach(attachment));
  }

  private static Future<Void> unless(Predicate<String> success, Future<Void> call) {
    return call.recover(
        error ->
            error instanceof Ec2Refused refused && success.test(refused.failed().code())
                ? Future.succeededFuture()
                : Future.failedFuture(error));
  }
}
