package io.vpccni.ipamd.ec2.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vpccni.ipamd.aws.ApiCallMade;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.retry.Waiting;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.SdkGlobalTime;

/** The whole EC2 side on a node whose clock is hours off. */
@ExtendWith(VertxExtension.class)
class SkewedClockTest {
  @AfterEach
  void endCorrection() {
    SdkGlobalTime.setGlobalTimeOffset(0); // the SDK corrects the time of the whole process
  }

  /** An attach is no call that may simply be repeated, but a refused one has not happened. */
  @ParameterizedTest(name = "EC2''s clock is {0} h ahead of the node''s")
  @ValueSource(ints = {3, -3})
  void anEniIsCreatedAndAttachedAndAConditionNamesTheClock(int hours, Vertx vertx) {
    try (var node =
        new LoopbackNode(vertx, "m5.large", () -> Instant.now().plus(Duration.ofHours(hours)))) {
      node.agent();
      assertThat(node.describe()).hasSize(1);
      node.calls.clear();
      assertThat(node.create(3).cidrs()).hasSize(3);
      Waiting.within(
          "the clock is told",
          () -> node.conditions.stream().anyMatch(change -> change.name().equals("ClockSkewed")));
      assertThat(node.conditions)
          .extracting(ConditionChanged::name)
          .doesNotContain(ConditionChanged.NO_PERMISSION);
      assertThat(node.calls)
          .as("once EC2's time is known, all is signed with it")
          .filteredOn(
              call ->
                  call.service() == ApiCallMade.Service.EC2
                      && call.outcome() != ApiCallMade.Outcome.OK)
          .isEmpty();
    }
  }
}
