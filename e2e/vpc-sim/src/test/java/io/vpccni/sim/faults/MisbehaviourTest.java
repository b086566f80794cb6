package io.vpccni.sim.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.rpc.address.Cidr;
import io.vpccni.sim.cloud.Cloud;
import io.vpccni.sim.cloud.CloudSettings;
import io.vpccni.sim.cloud.Reply;
import io.vpccni.sim.ec2.DescribeCall.DescribeVpcs;
import io.vpccni.sim.ec2.DescribeCall.Query;
import io.vpccni.sim.ec2.Ec2Answer.Listing;
import io.vpccni.sim.ec2.KnownTypes;
import io.vpccni.sim.ec2.SceneCall.CreateVpc;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MisbehaviourTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @ParameterizedTest(name = "{0}, filtered {1}: {2} at once, then {3} a second")
  @CsvSource(
      textBlock =
          """
          CreateNetworkInterface,        true, 100,  5
          AssignPrivateIpAddresses,      true, 100,  5
          AttachNetworkInterface,        true,  50,  5
          DetachNetworkInterface,        true,  50,  5
          DescribeNetworkInterfaces,     true, 100, 20
          DescribeNetworkInterfaces,    false,  50, 10
          CreateTags,                    true, 100, 10
          """)
  void requestLimitsAreThoseOfEc2(String action, boolean filtered, int burst, int perSecond) {
    var throttle = new Throttle();
    assertThat(admitted(throttle, action, filtered, START)).isEqualTo(burst);
    assertThat(admitted(throttle, action, filtered, START.plusSeconds(1))).isEqualTo(perSecond);
    assertThat(admitted(throttle, action, filtered, START.plusSeconds(1000))).isEqualTo(burst);
  }

  private static long admitted(Throttle throttle, String action, boolean filtered, Instant now) {
    return IntStream.range(0, 1000).filter(_ -> throttle.admits(action, filtered, now)).count();
  }

  @Test
  void aDescribeLagsBehindAChangeByTheLag() {
    var lag = new Lag(Duration.ofSeconds(3), Duration.ZERO, Duration.ZERO);
    var cloud = new Cloud(CloudSettings.prompt().withLag(lag), new KnownTypes());
    cloud.perform(new CreateVpc(Cidr.parse("10.0.0.0/16"), false, new TreeMap<>()), START);
    assertThat(vpcs(cloud, START.plusSeconds(2))).isZero();
    assertThat(vpcs(cloud, START.plusSeconds(3))).isEqualTo(1);
  }

  @Test
  void aLagThatIsTurnedUpLaterShowsTheOldestThatIsKept() {
    var cloud = new Cloud(CloudSettings.prompt(), new KnownTypes());
    for (int i = 0; i < 3; i++) {
      var block = Cidr.parse("10." + i + ".0.0/16");
      cloud.perform(new CreateVpc(block, false, new TreeMap<>()), START.plusSeconds(10L * i));
    }
    cloud.lag(new Lag(Duration.ofHours(1), Duration.ZERO, Duration.ZERO));
    assertThat(vpcs(cloud, START.plusSeconds(30))).isBetween(1, 2);
  }

  private static int vpcs(Cloud cloud, Instant now) {
    var reply = cloud.call(new DescribeVpcs(Query.ALL), now);
    return reply.result() instanceof Reply.Answered(Listing<?>(var items, _)) ? items.size() : -1;
  }

  @Test
  void latencyHasItsMedianAndItsTail() {
    var latency = new Latency(Duration.ofMillis(20), Duration.ofMillis(100));
    var chance = new SplittableRandom(7);
    var sorted =
        IntStream.range(0, 10_000)
            .mapToLong(_ -> latency.draw(chance).toMillis())
            .sorted()
            .toArray();
    assertThat(sorted[5_000]).isBetween(19L, 21L);
    assertThat(sorted[9_900]).isBetween(90L, 110L);
  }

  @Test
  void equalSeedsGiveEqualClouds() {
    assertThat(history(3)).isEqualTo(history(3)).isNotEqualTo(history(4));
  }

  private static String history(long seed) {
    var cloud = new Cloud(CloudSettings.prompt().withSeed(seed), new KnownTypes());
    cloud.perform(new CreateVpc(Cidr.parse("10.0.0.0/16"), true, new TreeMap<>()), START);
    return cloud.state().toString();
  }

  @Test
  void theFirstFaultThatIsDueStrikesAndTheOthersStillCount() {
    var plan = new FaultPlan();
    plan.add(Fault.nth(1, "Create*", Fault.refuse("InternalError")));
    plan.add(new Fault("*", Optional.empty(), 2, 2, Fault.refuse("Unavailable")));
    var struck =
        IntStream.range(0, 4)
            .mapToObj(_ -> plan.strike("CreateVpc", "").map(Object::toString).orElse("none"))
            .map(text -> text.replaceAll(".*code=(\\w+).*", "$1"))
            .toList();
    assertThat(struck).containsExactly("InternalError", "Unavailable", "Unavailable", "none");
  }
}
