package io.vpccni.ipamd.ec2.eni;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.sim.ec2.Attachment;
import io.vpccni.sim.ec2.Rules;
import io.vpccni.sim.faults.Fault;
import io.vpccni.sim.faults.Lag;
import io.vpccni.sim.faults.Latency;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Many pods come at once to a node that creates several ENIs at the same time for them, with the
 * latencies that EC2 has, in virtual time.
 */
class BurstTest {
  private static final Duration CALL = Duration.ofMillis(350);
  private static final Duration STEP = Duration.ofMillis(50);

  /** An m5.xlarge has 4 ENIs with 14 secondary addresses each. */
  private static final int ENIS = 4;

  private static final int SLOTS = 14;

  private static VirtualNode node() {
    var settings = DefaultSettings.pool().withTargets(new Targets(0, 1, 0, 0));
    var node = new VirtualNode("m5.xlarge", settings);
    node.cloud.latency(new Latency(CALL, CALL));
    node.cloud.rules(Rules.immediate().withAttaching(Duration.ofMillis(1500)));
    node.cloud.lag(new Lag(Duration.ZERO, Duration.ofMillis(1250), Duration.ofMillis(1250)));
    return node;
  }

  private static void bound(VirtualNode node, int pods) {
    node.pool.tell(
        new PoolEvent.PodsBound(
            IntStream.range(0, pods)
                .mapToObj(pod -> new PodRef("default", "pod-" + pod))
                .collect(Collectors.toUnmodifiableSet()),
            node.now()));
  }

  /** Returns how long a fresh node takes until it has addresses for so many pods. */
  private static Duration untilThereAre(VirtualNode node, int pods) {
    var start = node.now();
    node.start();
    bound(node, pods);
    while (node.pool.view().numbers().total() < pods) {
      node.time.advance(STEP);
      assertThat(Duration.between(start, node.now())).isLessThan(Duration.ofMinutes(1));
    }
    return Duration.between(start, node.now());
  }

  @Test
  void severalEnisTakeTheTimeOfOneAndNoMoreCallsForEach() {
    var one = node();
    var own = untilThereAre(one, 2 * SLOTS - 1);
    assertThat(one.attached()).hasSize(2);
    var all = node();
    var together = untilThereAre(all, ENIS * SLOTS - 1);
    assertThat(all.attached()).hasSize(ENIS);
    assertThat(together).isLessThanOrEqualTo(own.multipliedBy(13).dividedBy(10));
    assertThat(all.attached())
        .extracting(eni -> eni.attachment().map(Attachment::deviceIndex).orElseThrow())
        .containsExactlyInAnyOrder(0, 1, 2, 3);
    var log = all.cloud.log();
    assertThat(log.count("CreateNetworkInterface")).isEqualTo(3);
    assertThat(log.count("AttachNetworkInterface")).isEqualTo(3);
    assertThat(log.count("ModifyNetworkInterfaceAttribute")).isEqualTo(3);
    assertThat(log.count("AssignPrivateIpAddresses")).isEqualTo(1);
    assertThat(log.count("DescribeSubnets")).isEqualTo(1);
  }

  @ParameterizedTest(name = "the second {0} is refused with {1}")
  @CsvSource({
    "CreateNetworkInterface, UnauthorizedOperation",
    "CreateNetworkInterface, RequestLimitExceeded",
    "AttachNetworkInterface, InvalidParameterValue",
    "AttachNetworkInterface, AttachmentLimitExceeded",
    "ModifyNetworkInterfaceAttribute, UnauthorizedOperation",
  })
  void oneThatFailsHoldsUpNoOther(String action, String code) {
    int without = ENIS * SLOTS - SLOTS - 1;
    var own = untilThereAre(node(), without);
    var node = node();
    node.fault(Fault.nth(2, action, Fault.refuse(code)));
    var start = node.now();
    node.start();
    bound(node, ENIS * SLOTS - 1);
    while (node.pool.view().numbers().total() < without) node.time.advance(STEP);
    assertThat(Duration.between(start, node.now()))
        .isLessThanOrEqualTo(own.plus(CALL.multipliedBy(2)));
    node.time.advance(Duration.ofMinutes(15));
    assertThat(node.attached()).hasSize(ENIS);
    assertThat(node.agrees()).isTrue();
  }

  /** AWS limits what each ENI may ask of IMDS and of DNS together, and pods need the latter. */
  @Test
  void severalEnisThatAreWaitedForReadImdsHardlyMoreOftenThanOne() {
    var one = node();
    var alone = untilThereAre(one, 2 * SLOTS - 1);
    var all = node();
    for (int nth : List.of(2, 3)) {
      all.fault(Fault.nth(nth, "CreateNetworkInterface", delay(CALL.plusMillis(70L * nth))));
    }
    var together = untilThereAre(all, ENIS * SLOTS - 1);
    assertThat(together).isGreaterThan(alone);
    assertThat(one.imdsReads()).isLessThanOrEqualTo(45);
    assertThat(all.imdsReads()).isLessThanOrEqualTo(one.imdsReads() + 45);
  }

  private static Fault.Kind delay(Duration by) {
    return new Fault.Kind.Delay(by);
  }

  /** An ENI serves pods, whether or not it would already be deleted with its instance. */
  @Test
  void noPodWaitsForDeleteOnTermination() {
    var own = untilThereAre(node(), 2 * SLOTS - 1);
    var node = node();
    node.fault(Fault.always("ModifyNetworkInterfaceAttribute", delay(Duration.ofSeconds(8))));
    assertThat(untilThereAre(node, 2 * SLOTS - 1)).isEqualTo(own);
    node.time.advance(Duration.ofMinutes(1));
    assertThat(node.agrees()).isTrue();
    assertThat(node.cloud.log().count("ModifyNetworkInterfaceAttribute")).isEqualTo(1);
  }

  /** Each step of a creation is crossed, with three of them on their way. */
  @Test
  void aCrashAtAnyTimeLeavesGoodEnisOrNone() {
    for (int millis = 100; millis <= 6000; millis += 100) {
      var node = node().start();
      bound(node, ENIS * SLOTS - 1);
      node.time.advance(Duration.ofMillis(millis));
      node.start();
      bound(node, ENIS * SLOTS - 1);
      node.time.advance(Duration.ofMinutes(15));
      assertThat(node.attached()).as("ENIs after a crash at %d ms", millis).hasSize(ENIS);
      assertThat(node.cidrs()).isEqualTo(ENIS * SLOTS);
      assertThat(node.agrees()).as("after a crash at %d ms", millis).isTrue();
    }
  }
}
