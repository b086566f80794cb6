package io.vpccni.ipamd.ec2.eni;

import static io.vpccni.ipamd.ec2.eni.FaultScenario.arises;
import static io.vpccni.ipamd.ec2.eni.FaultScenario.before;
import static io.vpccni.ipamd.ec2.eni.FaultScenario.events;
import static io.vpccni.ipamd.ec2.eni.FaultScenario.eventsOf;
import static io.vpccni.ipamd.ec2.eni.FaultScenario.goesOn;
import static io.vpccni.ipamd.ec2.eni.FaultScenario.raised;
import static io.vpccni.ipamd.ec2.eni.FaultScenario.settles;
import static io.vpccni.ipamd.ec2.eni.FaultScenario.words;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.eni.FaultScenario.Need;
import io.vpccni.sim.ec2.OccupySubnet;
import io.vpccni.sim.ec2.Rules;
import io.vpccni.sim.faults.Fault;
import io.vpccni.sim.faults.Lag;
import io.vpccni.sim.faults.Latency;
import io.vpccni.sim.faults.TokenBucket;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every way in which the simulated cloud can misbehave, for ten minutes: what the agent says, how
 * often it calls EC2, how soon all is well afterwards; and a pod gets its address from the pool at
 * once all the time.
 */
class KnobTableTest {
  /**
   * @param conditions raised meanwhile, each of which is one Kubernetes event with that reason
   * @param calls of any action in the ten minutes, at most
   * @param recovery seconds until all is well, at most
   */
  private record Knob(
      String name,
      Need need,
      Consumer<VirtualNode> turned,
      Consumer<VirtualNode> back,
      @Nullable String conditions,
      String reason,
      int calls,
      int recovery) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Knob fault(
      String name,
      Need need,
      Fault fault,
      @Nullable String conditions,
      String reason,
      int calls,
      int recovery) {
    return new Knob(
        name,
        need,
        node -> node.fault(fault),
        VirtualNode::heal,
        conditions,
        reason,
        calls,
        recovery);
  }

  private static Fault all(Fault.Kind kind) {
    return Fault.always("*", kind);
  }

  private static Knob rules(
      String name,
      Need need,
      Rules rules,
      @Nullable String conditions,
      String reason,
      int calls,
      int recovery) {
    return new Knob(
        name,
        need,
        node -> node.cloud.rules(rules),
        node -> node.cloud.rules(Rules.immediate()),
        conditions,
        reason,
        calls,
        recovery);
  }

  private static Knob lag(String name, Need need, Lag lag) {
    return new Knob(
        name,
        need,
        node -> node.cloud.lag(lag),
        node -> node.cloud.lag(Lag.NONE),
        null,
        "",
        50,
        120);
  }

  private static Stream<Knob> knobs() {
    var slow = Duration.ofSeconds(30);
    var day = Duration.ofDays(1);
    var none = Duration.ZERO;
    return Stream.of(
        fault(
            "EC2 closes connections",
            Need.ENI,
            all(new Fault.Kind.LoseRequest()),
            "Ec2Unreachable",
            "Unreachable",
            160,
            90),
        fault(
            "EC2 does not answer",
            Need.ENI,
            all(new Fault.Kind.Hang()),
            "Ec2Unreachable",
            "Timeout",
            160,
            90),
        fault(
            "EC2 does not answer",
            Need.ADDRESSES,
            all(new Fault.Kind.Hang()),
            "Ec2Unreachable",
            "Timeout",
            160,
            90),
        fault(
            "answers are lost",
            Need.ADDRESSES,
            all(new Fault.Kind.LoseAnswer()),
            "Ec2Unreachable",
            "Unreachable",
            160,
            90),
        fault(
            "answers are lost",
            Need.FEWER_ENIS,
            all(new Fault.Kind.LoseAnswer()),
            "Ec2Unreachable",
            "Unreachable",
            160,
            90),
        fault(
            "answers are a day late",
            Need.ENI,
            all(new Fault.Kind.Delay(day)),
            "Ec2Unreachable",
            "Timeout",
            160,
            90),
        fault(
            "the 1st AttachNetworkInterface is done, its answer lost",
            Need.ENI,
            Fault.nth(1, "AttachNetworkInterface", new Fault.Kind.LoseAnswer()),
            null,
            "",
            50,
            10),
        new Knob(
            "a bucket of one call a minute",
            Need.ADDRESSES,
            node -> bucket(node, new TokenBucket(1, 1 / 60.0)),
            node -> bucket(node, new TokenBucket(100, 5)),
            null,
            "",
            50,
            90),
        new Knob(
            "half of the answers take 3 s, some 30",
            Need.ENI,
            node -> node.cloud.latency(new Latency(Duration.ofSeconds(3), slow)),
            node -> node.cloud.latency(Latency.NONE),
            null,
            "",
            50,
            120),
        rules(
            "an ENI is pending for 30 s and attached after 30 more",
            Need.ENI,
            Rules.immediate().withPending(slow).withAttaching(slow),
            null,
            "",
            50,
            10),
        rules(
            "detaching takes a minute",
            Need.FEWER_ENIS,
            Rules.immediate().withDetaching(Duration.ofMinutes(1)),
            null,
            "",
            50,
            90),
        rules(
            "the region's quota of ENIs is used up",
            Need.ENI,
            Rules.immediate().withEniQuota(1),
            "Ec2Refused CreateNetworkInterface",
            "NetworkInterfaceLimitExceeded",
            50,
            420),
        lag("describes lag by 30 s", Need.ENI, new Lag(slow, none, none)),
        lag(
            "IMDS lags by 2 min",
            Need.ENI,
            new Lag(none, Duration.ofMinutes(2), Duration.ofMinutes(2))),
        new Knob(
            "the subnet has 5 addresses and no whole /28: enough for the few that are missing",
            Need.ENI,
            node -> occupy(node, 5),
            node -> occupy(node, 200),
            null,
            "",
            50,
            10),
        new Knob(
            "IMDS is away",
            Need.ENI,
            node -> node.imdsAway(true),
            node -> node.imdsAway(false),
            null,
            "",
            50,
            10),
        new Knob(
            "the subnet is full",
            Need.ADDRESSES,
            node -> occupy(node, 0),
            node -> occupy(node, 200),
            "SubnetExhausted SUBNET",
            "InsufficientFreeAddressesInSubnet",
            50,
            420),
        new Knob(
            "the subnet is full",
            Need.ENI,
            node -> occupy(node, 0),
            node -> occupy(node, 200),
            "SubnetExhausted SUBNET",
            "InsufficientFreeAddressesInSubnet",
            50,
            420));
  }

  private static void bucket(VirtualNode node, TokenBucket bucket) {
    node.cloud.throttle(
        throttle -> {
          throttle.set("AssignPrivateIpAddresses", bucket);
          return bucket;
        });
  }

  private static void occupy(VirtualNode node, int free) {
    node.cloud.perform(new OccupySubnet(node.subnet, free, true), node.now());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("knobs")
  void everyKnob(Knob knob) {
    var node = before(knob.need());
    knob.turned().accept(node);
    arises(node, knob.need());
    goesOn(node);
    assertThat(raised(node)).isEqualTo(words(knob.conditions()));
    assertThat(events(node)).isEqualTo(eventsOf(knob.conditions(), knob.reason()));
    assertThat(node.cloud.log().total()).as("calls").isLessThanOrEqualTo(knob.calls());
    knob.back().accept(node);
    settles(node, knob.need(), Duration.ofSeconds(knob.recovery()));
  }
}
