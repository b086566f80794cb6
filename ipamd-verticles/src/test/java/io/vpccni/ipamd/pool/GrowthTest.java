package io.vpccni.ipamd.pool;

import static io.vpccni.ipamd.pool.PoolSettingsBuilder.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.Ec2Request;
import io.vpccni.ipamd.ec2.Ec2Request.AssignAddresses;
import io.vpccni.ipamd.ec2.Ec2Request.CreateEni;
import io.vpccni.ipamd.ec2.Ec2Request.DescribeAttached;
import io.vpccni.ipamd.ec2.Ec2Request.FreeEni;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GrowthTest {
  /**
   * IMDS is read again every few seconds: whoever waits for it must not wait longer than it does.
   */
  @Test
  void whatCouldNotBeAskedIsAskedAgainSoonAndIsNoThrottling() {
    var node = Scenario.m5large();
    int failures = 6;
    for (int i = 0; i < failures; i++) node.ec2.fail(FailureKind.NOT_ASKED, "ImdsUnavailable");
    node.starts();
    var pause = Ec2Failures.PASSING.plusMillis(1);
    for (int i = 0; i < failures; i++) {
      assertThat(node.state.conditions().keySet())
          .extracting(key -> key.name())
          .doesNotContain("Ec2Throttled");
      node.after(pause);
    }
    node.adds("p1");
    assertThat(node.adds.get("p1")).isInstanceOf(AssignReply.Granted.class);
  }

  @ParameterizedTest(name = "after {0}, {2} more requests in 10 minutes at most")
  @CsvSource({
    "THROTTLED, RequestLimitExceeded, 20",
    "UNAVAILABLE, Unavailable, 20",
    "OUTCOME_UNKNOWN, Timeout, 20",
    "SUBNET_EXHAUSTED, InsufficientFreeAddressesInSubnet, 12",
    "UNAUTHORIZED, UnauthorizedOperation, 8",
    "LIMIT_EXCEEDED, PrivateIpAddressLimitExceeded, 12",
    "PERMANENT, InvalidParameterValue, 12",
  })
  void aFailureIsNeverRepeatedHot(FailureKind kind, String code, int most) {
    var node = Scenario.m5large();
    node.holding.add(PoolCommand.AskEc2.class);
    node.starts();
    int asked = 0;
    for (int second = 0; second < 600; second++) {
      for (var command : List.copyOf(node.held)) {
        node.held.remove(command);
        if (command instanceof PoolCommand.AskEc2(var id, var ask)) {
          boolean describe = ask instanceof DescribeAttached;
          asked += describe ? 0 : 1;
          node.tell(
              new PoolEvent.Ec2Answered(
                  id,
                  describe
                      ? node.ec2.answer(ask)
                      : new Ec2Reply.Failed(call(ask), code, "", kind, Optional.empty()),
                  node.now));
        }
      }
      node.after(Duration.ofSeconds(1));
    }
    assertThat(asked).isBetween(2, most);
    // What EC2 itself is like is told by whoever calls it.
    boolean ofThePool =
        switch (kind) {
          case SUBNET_EXHAUSTED, LIMIT_EXCEEDED, PERMANENT -> true;
          case NOT_ASKED, THROTTLED, UNAVAILABLE, OUTCOME_UNKNOWN, UNAUTHORIZED -> false;
        };
    assertThat(node.state.conditions().isEmpty()).isNotEqualTo(ofThePool);
    node.release().after(Duration.ofMinutes(21)).shape("9");
    assertThat(node.state.conditions().values()).as("conditions that are over").isEmpty();
  }

  private static String call(Ec2Request ask) {
    return ask instanceof CreateEni ? "CreateNetworkInterface" : "AssignPrivateIpAddresses";
  }

  @Test
  void anAnswerThatBringsNothingIsNotAskedForAgainAtOnce() {
    var node = Scenario.m5large();
    node.holding.add(PoolCommand.AskEc2.class);
    node.starts();
    int asked = 0;
    for (int second = 0; second < 120; second++) {
      for (var command : List.copyOf(node.held)) {
        node.held.remove(command);
        if (command instanceof PoolCommand.AskEc2(var id, var ask)) {
          asked += ask instanceof AssignAddresses ? 1 : 0;
          node.tell(
              new PoolEvent.Ec2Answered(
                  id,
                  ask instanceof AssignAddresses(var eni, var _, var _)
                      ? new Ec2Reply.AddressesAssigned(eni, List.of())
                      : node.ec2.answer(ask),
                  node.now));
        }
      }
      node.after(Duration.ofSeconds(1));
    }
    assertThat(asked).isLessThanOrEqualTo(5);
  }

  @Test
  void aRetryComesEvenIfNothingElseHappens() {
    var node = Scenario.m5large();
    node.holding.add(PoolCommand.AskEc2.class);
    node.starts();
    node.tell(fail(node, FailureKind.THROTTLED));
    node.after(Duration.ofSeconds(3), false);
    assertThat(node.held).isNotEmpty();
  }

  private static PoolEvent fail(Scenario node, FailureKind kind) {
    var asked = (PoolCommand.AskEc2) node.held.remove();
    return new PoolEvent.Ec2Answered(
        asked.request(), new Ec2Reply.Failed("X", "Code", "", kind, Optional.empty()), node.now);
  }

  @Test
  void afterAnUnknownOutcomeEc2IsReadBeforeItIsAskedAgain() {
    var node = Scenario.m5large().starts();
    int describes = node.asked(DescribeAttached.class).size();
    node.ec2.fail(FailureKind.OUTCOME_UNKNOWN, "Timeout");
    node.pods(1);
    assertThat(node.asked(DescribeAttached.class)).hasSize(describes + 1);
    node.after(Duration.ofSeconds(10)).shape("9,9");
  }

  @Test
  void aSubnetWithoutAWholePrefixGivesSingleAddresses() {
    var node = Scenario.prefixes(new Targets(1, 5, 0, 1));
    node.holding.add(PoolCommand.AskEc2.class);
    node.starts();
    for (int i = 0; i < 4; i++) {
      for (var command : List.copyOf(node.held)) {
        node.held.remove(command);
        if (command instanceof PoolCommand.AskEc2(var id, var ask)) {
          boolean prefix =
              ask instanceof AssignAddresses(var _, var kind, var _)
                  && kind == AddressKind.IPV4_PREFIX;
          node.tell(
              new PoolEvent.Ec2Answered(
                  id,
                  prefix
                      ? new Ec2Reply.Failed(
                          "AssignPrivateIpAddresses",
                          "InsufficientCidrBlocks",
                          "",
                          FailureKind.SUBNET_EXHAUSTED,
                          Optional.of("subnet-1"))
                      : node.ec2.answer(ask),
                  node.now));
        }
      }
    }
    assertThat(node.condition(Condition.Name.PREFIXES_UNAVAILABLE)).isPresent();
    node.adds("a");
    assertThat(node.adds.get("a")).isInstanceOf(AssignReply.Granted.class);
    node.release().after(Duration.ofMinutes(45));
    assertThat(node.condition(Condition.Name.PREFIXES_UNAVAILABLE)).isEmpty();
    assertThat(node.eni("eni-0").prefixes.blocks()).isEqualTo(1);
    // Only the pod that has one keeps a single address.
    assertThat(node.eni("eni-0").singles.blocks()).isEqualTo(1);
    node.dels("a").settled();
    assertThat(node.eni("eni-0").singles.blocks()).isZero();
  }

  @Test
  void coolingAddressesThatCoverTheShortageCostNoEni() {
    var node = Scenario.m5large(new Targets(1, 2, 0, 0)).starts().pods(7).settled().shape("9");
    node.dels("p0", "p1").adds("x", "y").after(Duration.ofMinutes(2));
    assertThat(node.asked(CreateEni.class)).isEmpty();
    // Unless somebody waits.
    node.adds("a", "b", "c").dels("a", "b").adds("d", "e", "f").after(Duration.ofSeconds(1));
    assertThat(node.asked(CreateEni.class)).isNotEmpty();
  }

  @ParameterizedTest(name = "nothing is asked of EC2 when {0}")
  @EnumSource
  void nothingGrows(Obstacle why) {
    var settings =
        switch (why) {
          case PROVISIONING_OFF -> settings().provisioningOff();
          case IMDS_ONLY -> settings().imdsOnly();
          case CORDONED, TERMINATING -> settings();
        };
    var node = new Scenario(settings.build()).limits(3, 9);
    switch (why) {
      case CORDONED ->
          node.tell(new PoolEvent.NodeChanged(new NodeState(false, OptionalInt.empty()), node.now));
      case TERMINATING -> node.tell(new PoolEvent.TerminationStarted(node.now));
      case PROVISIONING_OFF, IMDS_ONLY -> {}
    }
    node.starts().adds("a").after(Duration.ofMinutes(1));
    assertThat(node.ec2.calls).allMatch(DescribeAttached.class::isInstance);
    node.refused("a", AssignReply.Reason.NO_ADDRESS);
    assertThat(node.refusal("a")).contains(why.words);
    assertThat(node.condition(Condition.Name.NO_ADDRESS_AVAILABLE)).isPresent();
  }

  enum Obstacle {
    CORDONED("not schedulable"),
    TERMINATING("stopping"),
    PROVISIONING_OFF("provisioning"),
    IMDS_ONLY("provisioning");

    final String words;

    Obstacle(String words) {
      this.words = words;
    }
  }

  @Test
  void unmanagedEnisTakeASlotAndNothingElse() {
    var node = Scenario.m5large();
    node.ec2.attach(
        FakeEc2.eni(
            "eni-x",
            0,
            1,
            node.ec2.fresh(AddressKind.SECONDARY_IP, 5),
            EniKind.ORDINARY,
            false,
            false));
    node.ec2.attach(FakeEc2.eni("eni-y", 0, 2, List.of(), EniKind.EFA_ONLY, false, true));
    node.starts().pods(5).settled();
    assertThat(node.state.view().cards().getFirst().unmanaged()).isEqualTo(2);
    assertThat(node.state.view().numbers().total()).isEqualTo(9);
    assertThat(node.asked(CreateEni.class)).isEmpty();
    assertThat(node.asked(FreeEni.class)).isEmpty();
  }

  @Test
  void anExcludedEniKeepsItsPodsAndLosesItsFreeAddresses() {
    var node = Scenario.m5large().starts().pods(10).settled().shape("9,9,9");
    var second = node.ec2.get(new EniId("eni-1"));
    node.ec2.attach(FakeEc2.eni("eni-1", 0, 1, second.cidrs(), EniKind.ORDINARY, true, true));
    node.ec2.enis.put(
        FakeEc2.PRIMARY,
        FakeEc2.with(node.ec2.get(FakeEc2.PRIMARY), node.ec2.get(FakeEc2.PRIMARY).cidrs()));
    node.tell(new PoolEvent.ConditionCleared(new Condition.Key("X", ""), node.now));
    reread(node);
    node.settled();
    assertThat(node.ec2.get(new EniId("eni-1")).cidrs()).hasSize(1);
    node.dels("p9").settled();
    assertThat(node.ec2.enis).doesNotContainKey(new EniId("eni-1"));
  }

  private static void reread(Scenario node) {
    node.ec2.fail(FailureKind.OUTCOME_UNKNOWN, "Timeout");
    // Any request will do: its unclear outcome makes the pool read EC2 again.
    node.state = Pool.decide(node.state, new PoolEvent.Ticked(node.now)).next();
    var doubt = new Draft(node.state);
    doubt.doubt = Optional.of(node.now);
    node.state = doubt.state();
    node.ec2.answer(new DescribeAttached());
    node.after(Duration.ofSeconds(1));
  }

  @Test
  void efaAndTrunkEnisAreNeverFreed() {
    var node = Scenario.m5large();
    node.ec2.attach(FakeEc2.eni("eni-e", 0, 1, List.of(), EniKind.EFA, false, true));
    node.ec2.attach(FakeEc2.eni("eni-t", 0, 2, List.of(), EniKind.TRUNK, false, true));
    node.starts().pods(12).settled().shape("9,9,0").pods(0).settled();
    assertThat(node.asked(FreeEni.class)).isEmpty();
  }

  @ParameterizedTest(name = "an ENI is used once its link is there (late: {0})")
  @CsvSource({"false", "true"})
  void linksMayComeLate(boolean late) {
    var node = Scenario.m5large().starts().pods(9).after(Duration.ofSeconds(1));
    node.holding.add(PoolCommand.ApplyHost.class);
    node.pods(10).settled();
    var second = new EniId("eni-1");
    if (late) {
      node.tell(new PoolEvent.HostApplied(Map.of(), Set.of(second), node.now));
      node.adds("x").after(Duration.ofMinutes(2));
      assertThat(node.condition(Condition.Name.ENI_LINK_MISSING)).isPresent();
    }
    node.tell(
        new PoolEvent.HostApplied(Map.of(second, 2, new EniId("eni-2"), 3), Set.of(), node.now));
    assertThat(node.condition(Condition.Name.ENI_LINK_MISSING)).isEmpty();
    node.adds("y");
    assertThat(node.adds.get("y")).isInstanceOf(AssignReply.Granted.class);
  }

  @Test
  void shrinkingWaitsForTheDiskAndForAFreshListOfLinks() {
    var node = Scenario.m5large(new Targets(1, 2, 0, 0)).starts().pods(9).settled();
    node.pods(0);
    node.holding.add(PoolCommand.Save.class);
    int calls = node.ec2.calls.size();
    node.after(Duration.ofMinutes(2));
    assertThat(node.state.leaving()).isNotEmpty();
    assertThat(node.ec2.calls).hasSize(calls);
    node.release().settled().shape("2");
  }

  @Test
  void whatIsMarkedIsTakenBackWhenSomebodyNeedsIt() {
    var node = Scenario.m5large(new Targets(1, 1, 0, 0)).limits(1, 9).starts().pods(8).settled();
    node.pods(0);
    node.holding.add(PoolCommand.Save.class);
    node.after(Duration.ofMinutes(2));
    assertThat(node.state.leaving()).isNotEmpty();
    for (int i = 0; i < 9; i++) {
      node.add("n" + i);
    }
    assertThat(node.state.leaving()).isEmpty();
    node.release();
    assertThat(node.state.holdings()).hasSize(9);
  }

  @Test
  void aLinkThatAppearsBetweenMarkAndRequestKeepsTheAddress() {
    var node = Scenario.m5large(new Targets(1, 1, 0, 0)).starts().pods(8).settled().shape("9");
    var ip = node.ipOf("p3");
    node.pods(0);
    node.after(Duration.ofSeconds(20));
    node.links.put(ip, "enstranger");
    node.settled();
    assertThat(node.ec2.get(FakeEc2.PRIMARY).cidrs()).contains(ip.asCidr());
    assertThat(node.condition(Condition.Name.ADDRESS_QUARANTINED)).isPresent();
  }

  @Test
  void switchingToPrefixesReplacesSinglesAsTheirPodsLeave() {
    var node = Scenario.m5large(new Targets(1, 2, 0, 1)).starts().pods(3).settled().shape("5");
    node.tell(
        new PoolEvent.SettingsChanged(
            node.state.settings().withKind(AddressKind.IPV4_PREFIX), node.now));
    node.settled();
    assertThat(node.eni("eni-0").singles.blocks()).isEqualTo(3);
    assertThat(node.eni("eni-0").prefixes.blocks()).isEqualTo(1);
    node.pods(0).settled().shape("1");
    node.tell(
        new PoolEvent.SettingsChanged(
            node.state.settings().withKind(AddressKind.SECONDARY_IP), node.now));
    node.settled().shape("2");
    assertThat(node.eni("eni-0").prefixes.blocks()).isZero();
  }

  /** A prefix full of other people's links is neither free nor counted: found by the simulation. */
  @Test
  void aPrefixOfQuarantinedAddressesIsNoReasonToGoRoundInCircles() {
    var node = Scenario.prefixes(new Targets(1, 3, 0, 1));
    for (int last = 0; last < 14; last++) node.links.put(Ip.parse("10.1.0." + last), "veth" + last);
    node.starts().after(Duration.ofMinutes(5));
    assertThat(node.state.view().numbers().quarantined()).isEqualTo(14);
    int calls = node.ec2.calls.size();
    node.after(Duration.ofHours(1));
    assertThat(node.ec2.calls.subList(calls, node.ec2.calls.size())).isEmpty();
  }
}
