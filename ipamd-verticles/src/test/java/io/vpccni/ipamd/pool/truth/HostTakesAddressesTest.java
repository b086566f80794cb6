package io.vpccni.ipamd.pool.truth;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.ec2.Ec2Request.CreateEni;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.scenario.FakeEc2;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolEvent;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Some software takes every address of an ENI for the host, and the pool does not feed it. */
class HostTakesAddressesTest {
  private static final Targets ONE_WARM = new Targets(0, 1, 0, 0);

  /** ec2-net-utils puts each new address on the link as soon as EC2 has assigned it. */
  private static Scenario onNodeThatTakesAll() {
    var node = new Scenario(DefaultSettings.pool().withTargets(ONE_WARM)).limits(3, 49).starts();
    for (int second = 0; second < 600; second++) {
      node.ec2.get(FakeEc2.PRIMARY).cidrs().forEach(cidr -> node.local.put(cidr.network(), "eth0"));
      node.tell(new PoolEvent.HostAddressesChanged(node.now)).after(Duration.ofSeconds(1));
    }
    return node;
  }

  @Test
  void thePoolDoesNotChaseASoftwareThatTakesEveryAddress() {
    var node = onNodeThatTakesAll();
    assertThat(node.ec2.get(FakeEc2.PRIMARY).cidrs()).hasSizeBetween(16, 32);
    assertThat(node.asked(CreateEni.class)).isEmpty();
    assertThat(node.condition(Condition.Name.HOST_TAKES_ADDRESSES))
        .hasValueSatisfying(
            told -> assertThat(told.detail()).contains("addresses of network card 0"));
  }

  @Test
  void aPodThatIsAddedMeanwhileStillGetsAnAddress() {
    var node = onNodeThatTakesAll();
    node.adds("late").after(Duration.ofSeconds(1));
    assertThat(node.adds.get("late")).isInstanceOf(AssignReply.Granted.class);
  }

  @Test
  void whenTheHostLetsThemGoThePoolGrowsAgain() {
    var node = onNodeThatTakesAll();
    node.local.clear();
    node.pods(3).settled();
    assertThat(node.condition(Condition.Name.HOST_TAKES_ADDRESSES)).isEmpty();
    assertThat(node.free()).isPositive();
  }
}
