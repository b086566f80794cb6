package io.vpccni.ipamd.pool.size;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.Limits;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.decide.PoolViews;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolEvent;
import org.junit.jupiter.api.Test;

/** No more than the node's pods can use. */
class MaxPodsTest {
  private static final Targets WARM = new Targets(1, 5, 10, 0);

  @Test
  void untilItIsKnownNothingIsHeldBack() {
    var node = new Scenario(DefaultSettings.pool().withTargets(WARM)).limits(15, 49).starts();
    node.pods(120).settled();
    assertThat(node.free()).isEqualTo(5);
  }

  @Test
  void itEndsGrowth() {
    var node = Scenario.m5large(WARM).maxPods(12).starts();
    node.pods(10).settled();
    assertThat(PoolViews.of(node.state).numbers().total()).isEqualTo(12);
  }

  @Test
  void aPodThatWaitsIsRealWhateverItSays() {
    var node = Scenario.m5large(WARM).maxPods(4).starts().pods(6);
    assertThat(node.adds.values()).hasSize(6).allMatch(AssignReply.Granted.class::isInstance);
  }

  @Test
  void inPrefixesTheLastOneMayHoldMore() {
    var node = Scenario.prefixes(new Targets(1, 0, 0, 1)).maxPods(20).starts();
    node.pods(17).settled().shape("2");
  }

  @Test
  void itIsThatOfTheFirstCard() {
    var node = new Scenario(DefaultSettings.pool());
    node.ec2.slots(9);
    node.tell(new PoolEvent.LimitsKnown(new Limits(3, 9, 2), node.now)).maxPods(0).starts();
    node.settled();
    assertThat(PoolViews.of(node.state).cards().get(1).addresses().total()).isEqualTo(1);
  }
}
