package io.vpccni.ipamd.pool.size;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.Limits;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.decide.PoolViews;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolEvent;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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

  private static Scenario bound(Scenario node, int pods) {
    return node.tell(
        new PoolEvent.PodsBound(
            IntStream.range(0, pods)
                .mapToObj(pod -> new PodRef("default", "pod-" + pod))
                .collect(Collectors.toUnmodifiableSet()),
            node.now));
  }

  /** The pods that fill the node have taken no address yet, and there cannot be any others. */
  @Test
  void aBurstThatFillsTheNodeGetsNoEniBeyondItsPods() {
    var node = new Scenario(DefaultSettings.pool()).limits(8, 29).maxPods(110).starts();
    bound(node, 110).shape("29,29,29,23");
    node.settled().shape("29,29,29,23");
  }

  @Test
  void aBurstThatFillsTheNodeGetsNoPrefixBeyondItsPods() {
    var node =
        new Scenario(
                DefaultSettings.pool()
                    .withKind(AddressKind.IPV4_PREFIX)
                    .withTargets(new Targets(1, 0, 0, 1)))
            .limits(4, 2)
            .maxPods(50)
            .starts();
    bound(node, 50).shape("2,2");
    node.settled().shape("2,2");
  }

  @Test
  void aBurstThatFillsTheNodeGetsNoWarmAddressesBeyondItsPods() {
    var node = new Scenario(DefaultSettings.pool().withTargets(WARM)).limits(3, 49).maxPods(20);
    bound(node.starts(), 18);
    assertThat(PoolViews.of(node.state).numbers().total()).isEqualTo(20);
  }

  /** The kubelet says how many there may be, but what is bound is real. */
  @Test
  void podsThatAreBoundGetAddressesWhateverItSays() {
    var node = new Scenario(DefaultSettings.pool().withTargets(WARM)).limits(3, 49).maxPods(10);
    bound(node.starts(), 18);
    assertThat(PoolViews.of(node.state).numbers().total()).isEqualTo(18);
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
