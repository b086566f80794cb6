package io.vpccni.ipamd.pool.size;

import static io.vpccni.ipamd.pool.scenario.PoolSettingsBuilder.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Request.CreateEni;
import io.vpccni.ipamd.ec2.Ec2Request.DescribeAttached;
import io.vpccni.ipamd.ec2.Ec2Request.FreeEni;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.NodeState;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.decide.PoolViews;
import io.vpccni.ipamd.pool.scenario.FakeEc2;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GrowthTest {
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
    assertThat(PoolViews.of(node.state).cards().getFirst().enis().unmanaged()).isEqualTo(2);
    assertThat(PoolViews.of(node.state).numbers().total()).isEqualTo(9);
    assertThat(node.asked(CreateEni.class)).isEmpty();
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
}
