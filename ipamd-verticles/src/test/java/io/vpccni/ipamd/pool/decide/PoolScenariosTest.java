package io.vpccni.ipamd.pool.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Request.AssignAddresses;
import io.vpccni.ipamd.ec2.Ec2Request.CreateEni;
import io.vpccni.ipamd.ec2.Ec2Request.DescribeAttached;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolCommand;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PoolScenariosTest {
  @Test
  void theFirstAddIsAnsweredWithAWarmAddress() {
    Scenario.m5large().starts().adds("a").granted("a", "10.0.0.16");
  }

  @Test
  void aNodeThatStartsMakesTheFewestCalls() {
    var node = Scenario.m5large().starts().pods(24).settled().shape("9,9,9");
    assertThat(node.asked(AssignAddresses.class)).hasSize(1);
    assertThat(node.asked(CreateEni.class)).hasSize(2);
    assertThat(node.asked(DescribeAttached.class)).hasSizeLessThanOrEqualTo(3);
  }

  @Test
  void aReleasedAddressIsNotReusedDuringItsCooldown() {
    var node = Scenario.m5large(new Targets(0, 0, 1, 0)).limits(1, 1).starts();
    node.adds("a").granted("a", "10.0.0.16").dels("a");
    node.after(Duration.ofSeconds(10)).adds("b").refused("b", AssignReply.Reason.NO_ADDRESS);
    node.after(Duration.ofSeconds(10)).adds("c").unanswered("c");
    node.after(Duration.ofSeconds(10)).granted("c", "10.0.0.16");
  }

  @Test
  void oneAddEachTwoSecondsFailsNoneAndAsksSeldom() {
    var node = Scenario.m5large(new Targets(0, 2, 0, 0)).maxPods(29).starts();
    for (int i = 0; i < 24; i++) {
      node.add("p" + i);
      node.after(Duration.ofSeconds(2));
    }
    assertThat(node.adds.values()).hasSize(24).allMatch(AssignReply.Granted.class::isInstance);
    assertThat(node.asked(AssignAddresses.class)).hasSizeLessThanOrEqualTo(11);
  }

  @Test
  void aBurstWhileEc2AnswersIsOneRequestMore() {
    var node = Scenario.m5large(new Targets(0, 1, 0, 0)).starts();
    node.holding.add(PoolCommand.AskEc2.class);
    node.adds("a", "b", "c", "d", "e", "f").unanswered("f");
    node.ec2.calls.clear();
    node.release();
    assertThat(node.adds.values()).hasSize(6).allMatch(AssignReply.Granted.class::isInstance);
    assertThat(node.asked(AssignAddresses.class)).hasSize(2);
    assertThat(node.asked(CreateEni.class)).isEmpty();
  }
}
