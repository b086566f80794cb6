package io.vpccni.ipamd.pool.decide;

import static io.vpccni.ipamd.pool.scenario.PoolSettingsBuilder.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Request.CustomNetwork;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.rpc.address.Cidr;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A condition goes with what it was about, and not only when the pool happens to look again. */
class ConditionEndsTest {
  private static final Duration AUDITS = Duration.ofMinutes(15);

  @Test
  void oneAboutAnEniGoesWithTheEni() {
    var node = Scenario.m5large();
    node.appliesHosts = false;
    node.starts().pods(12).after(Duration.ofMinutes(3));
    assertThat(node.condition(Condition.Name.ENI_LINK_MISSING)).isPresent();
    node.pods(0);
    node.ec2.enis.remove(new EniId("eni-1"));
    node.described().after(AUDITS);
    assertThat(node.state.ledger().enis()).doesNotContainKey(new EniId("eni-1"));
    assertThat(
            node.state
                .conditions()
                .find(Condition.Key.of(Condition.Name.ENI_LINK_MISSING, "eni-1")))
        .isEmpty();
  }

  @Test
  void oneAboutAMissingEniConfigGoesWhenItIsThere() {
    var node = new Scenario(settings().customNetworking().build()).limits(3, 9).starts();
    node.after(Duration.ofMinutes(1));
    assertThat(node.condition(Condition.Name.ENI_CONFIG_MISSING)).isPresent();
    node.tell(new PoolEvent.TerminationStarted(node.now)); // nothing grows any more
    node.tell(
        new PoolEvent.EniConfigChanged(
            Optional.of(new CustomNetwork(new SubnetId("subnet-9"), List.of())), node.now));
    assertThat(node.condition(Condition.Name.ENI_CONFIG_MISSING)).isEmpty();
  }

  @Test
  void oneAboutUsedUpEgressAddressesGoesWhenAPodGivesItsBack() {
    var node =
        new Scenario(settings().egress(Cidr.parse("169.254.172.0/29")).build())
            .limits(3, 9)
            .starts()
            .pods(6);
    assertThat(node.condition(Condition.Name.EGRESS_UNAVAILABLE)).isPresent();
    node.dels("p0");
    assertThat(node.condition(Condition.Name.EGRESS_UNAVAILABLE)).isEmpty();
  }
}
