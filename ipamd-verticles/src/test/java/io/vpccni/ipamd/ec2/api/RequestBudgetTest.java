package io.vpccni.ipamd.ec2.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** These tests show how fast each action may be called. */
class RequestBudgetTest {
  @Test
  void theBudgetAllowsABurstAndThenItsRate() {
    var budget = new RequestBudget();
    var now = Instant.EPOCH;
    for (int i = 0; i < 50; i++) {
      assertThat(budget.reserve("AttachNetworkInterface", now)).isZero();
    }
    assertThat(budget.reserve("AttachNetworkInterface", now)).isEqualTo(Duration.ofMillis(200));
    assertThat(budget.reserve("AttachNetworkInterface", now)).isEqualTo(Duration.ofMillis(400));
    assertThat(budget.reserve("DescribeSubnets", now)).as("each for itself").isZero();
    assertThat(budget.reserve("AttachNetworkInterface", now.plusSeconds(10))).isZero();
  }

  @Test
  void aThrottledClassPauses() {
    var budget = new RequestBudget();
    budget.throttled("CreateNetworkInterface", Instant.EPOCH.plusSeconds(3));
    assertThat(budget.reserve("AssignPrivateIpAddresses", Instant.EPOCH))
        .isEqualTo(Duration.ofSeconds(3));
    assertThat(budget.reserve("DescribeSubnets", Instant.EPOCH)).isZero();
  }
}
