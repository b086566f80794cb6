package io.vpccni.ipamd.ec2.eni;

import io.vertx.core.Future;
import io.vpccni.ipamd.aws.ApiCallMade;
import io.vpccni.ipamd.bus.Shared;
import io.vpccni.ipamd.ec2.api.Ec2Refused;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.ec2.eni.EniCreation.AppearOutcome;
import io.vpccni.ipamd.retry.Pauses;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Waits until IMDS shows a new ENI. It is for one context only. What AWS lets an ENI ask of IMDS,
 * DNS, and NTP together is limited, and pods need DNS at that very moment: so a look reads one key,
 * and the keys of the ENI follow when it is listed.
 */
final class ImdsAppearance {
  private static final Duration FIRST_LOOK = Duration.ofMillis(100);

  /** IMDS usually follows within five seconds, for which pods may wait, so it is read often. */
  private static final Duration CLOSE = Duration.ofMillis(250);

  private static final int CLOSE_LOOKS = 20;

  /** This is how long an answer serves whoever looks, however many ENIs are waited for. */
  private static final Duration GOOD_FOR = Duration.ofMillis(200);

  private static final Duration LONGEST = Duration.ofSeconds(3);

  /** After that time EC2's word is taken instead. */
  private static final Duration VISIBLE_WITHIN = Duration.ofSeconds(90);

  private final Ec2Context around;
  private final Subnets subnets;

  private final Shared<List<String>> reading = new Shared<>();
  private List<String> listed = List.of();
  private Instant listedAt = Instant.MIN;

  ImdsAppearance(Ec2Context around, Subnets subnets) {
    this.around = around;
    this.subnets = subnets;
  }

  Future<AppearOutcome> of(EniView eni) {
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

  private Future<Boolean> visible(EniView eni, int look, Instant deadline) {
    return macs()
        .compose(macs -> macs.contains(eni.mac()) ? shown(eni) : Future.succeededFuture(false))
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

  private Future<Boolean> shown(EniView eni) {
    return around
        .imds()
        .eni(eni.mac())
        .onSuccess(seen -> subnets.shown(List.of(seen)))
        .map(seen -> seen.id().equals(eni.id()));
  }

  /** An answer of a moment ago can only lack what is waited for, which the next look finds. */
  private Future<List<String>> macs() {
    var now = around.later().now();
    return now.isBefore(listedAt.plus(GOOD_FOR))
        ? Future.succeededFuture(listed)
        : reading.join(
            () ->
                around
                    .imds()
                    .macs()
                    .onSuccess(
                        macs -> {
                          listed = macs;
                          listedAt = now;
                        }));
  }
}
