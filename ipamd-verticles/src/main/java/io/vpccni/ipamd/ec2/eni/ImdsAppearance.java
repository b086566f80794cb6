package io.vpccni.ipamd.ec2.eni;

import io.vertx.core.Future;
import io.vpccni.ipamd.aws.ApiCallMade;
import io.vpccni.ipamd.bus.Shared;
import io.vpccni.ipamd.ec2.api.Ec2Refused;
import io.vpccni.ipamd.ec2.eni.EniCreation.AppearOutcome;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.retry.Pauses;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Waits until IMDS shows a new ENI. It is for one context only. */
final class ImdsAppearance {
  private static final Duration FIRST_LOOK = Duration.ofMillis(100);

  /** IMDS usually follows within five seconds, for which pods may wait, so it is read often. */
  private static final Duration CLOSE = Duration.ofMillis(250);

  private static final int CLOSE_LOOKS = 20;
  private static final Duration LONGEST = Duration.ofSeconds(3);

  /** After that time EC2's word is taken instead. */
  private static final Duration VISIBLE_WITHIN = Duration.ofSeconds(90);

  private final Ec2Context around;
  private final Subnets subnets;

  /** ENIs that are waited for at the same time share what is read. */
  private final Shared<List<AttachedEni>> reading = new Shared<>();

  ImdsAppearance(Ec2Context around, Subnets subnets) {
    this.around = around;
    this.subnets = subnets;
  }

  Future<AppearOutcome> of(EniId eni) {
    var start = around.later().now();
    return visible(eni, 1, start.plus(VISIBLE_WITHIN))
        .onSuccess(
            seen ->
                around
                    .listener()
                    .called(
                        ApiCallMade.waited(seen, Duration.between(start, around.later().now()))))
        .map(seen -> seen ? new EniCreation.Visible() : new EniCreation.NotVisible());
  }

  private Future<Boolean> visible(EniId eni, int look, Instant deadline) {
    return reading
        .join(() -> around.imds().attached())
        .onSuccess(subnets::shown)
        .map(all -> all.stream().anyMatch(seen -> seen.id().equals(eni)))
        .recover(
            error ->
                error instanceof Ec2Refused
                    ? Future.succeededFuture(false)
                    : Future.failedFuture(error))
        .compose(
            seen -> {
              var longest = look < CLOSE_LOOKS ? CLOSE : LONGEST;
              var pause = Pauses.doubling(FIRST_LOOK, longest, look);
              return seen || around.later().now().plus(pause).isAfter(deadline)
                  ? Future.succeededFuture(seen)
                  : around.later().pause(pause).compose(_ -> visible(eni, look + 1, deadline));
            });
  }
}
