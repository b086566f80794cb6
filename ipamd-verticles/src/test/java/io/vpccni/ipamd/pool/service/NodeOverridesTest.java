package io.vpccni.ipamd.pool.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.kubernetes.KubernetesNode;
import io.vpccni.ipamd.pool.Targets;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeOverridesTest {
  private static final Targets COMMON = new Targets(1, 2, 3, 4);

  @Test
  void withoutAnnotationsTheCommonTargetsHold() {
    var overrides = NodeOverrides.of(COMMON, Map.of("other", "7"));
    assertThat(overrides.targets()).isEqualTo(COMMON);
    assertThat(overrides.ignored()).isEmpty();
  }

  @Test
  void eachTargetHasItsAnnotation() {
    var overrides =
        NodeOverrides.of(
            COMMON,
            Map.of(
                "vpc.amazonaws.com/warm-eni-target", "0",
                "vpc.amazonaws.com/warm-ip-target", "10",
                "vpc.amazonaws.com/minimum-ip-target", "20",
                "vpc.amazonaws.com/warm-prefix-target", "5"));
    assertThat(overrides.targets()).isEqualTo(new Targets(0, 10, 20, 5));
    assertThat(overrides.ignored()).isEmpty();
  }

  @ParameterizedTest(name = "\"{0}\"")
  @ValueSource(strings = {"", "many", "-1", "1.5", "1000000", " 3"})
  void aValueThatIsNoNumberLeavesTheCommonOneAndIsTold(String value) {
    var overrides = NodeOverrides.of(COMMON, Map.of("vpc.amazonaws.com/warm-ip-target", value));
    assertThat(overrides.targets()).isEqualTo(COMMON);
    assertThat(overrides.ignored())
        .hasEntrySatisfying(
            "vpc.amazonaws.com/warm-ip-target",
            why -> assertThat(why).contains("\"" + value + "\"", "2 is used"));
  }

  @Test
  void theCapIsWhatTheNodeCanAllocateElseItsCapacity() {
    assertThat(NodeOverrides.state(node(OptionalInt.of(110), OptionalInt.of(29))).maxPods())
        .hasValue(29);
    assertThat(NodeOverrides.state(node(OptionalInt.of(110), OptionalInt.empty())).maxPods())
        .hasValue(110);
    assertThat(NodeOverrides.state(node(OptionalInt.empty(), OptionalInt.empty())).maxPods())
        .isEmpty();
  }

  @Test
  void aCordonedNodeIsNotSchedulable() {
    var node =
        new KubernetesNode(
            true, true, OptionalInt.empty(), OptionalInt.empty(), Map.of(), Map.of());
    assertThat(NodeOverrides.state(node).schedulable()).isFalse();
    assertThat(NodeOverrides.state(KubernetesNode.UNKNOWN).schedulable()).isTrue();
  }

  private static KubernetesNode node(OptionalInt capacity, OptionalInt allocatable) {
    return new KubernetesNode(true, false, capacity, allocatable, Map.of(), Map.of());
  }
}
