package io.vpccni.ipamd.kubernetes.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.vpccni.ipamd.kubernetes.KubernetesNode;
import io.vpccni.ipamd.pod.PodRef;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ObjectViewsTest {
  private static final KubernetesSettings SETTINGS = KubernetesSettings.of("n", "aws-node-x");

  @ParameterizedTest(name = "taint {0}:{1} → cordoned {2}")
  @CsvSource({
    "node.kubernetes.io/unschedulable, NoSchedule, true",
    "node.kubernetes.io/unschedulable, NoExecute, false",
    "something.else, NoSchedule, false"
  })
  void onlyTheCordonTaintStopsGrowth(String key, String effect, boolean cordoned) {
    var node =
        new NodeBuilder()
            .withNewMetadata()
            .endMetadata()
            .withNewSpec()
            .addNewTaint()
            .withKey(key)
            .withEffect(effect)
            .endTaint()
            .endSpec()
            .build();
    assertThat(ObjectViews.state(node).cordoned()).isEqualTo(cordoned);
  }

  @Test
  void capacityAndAllocatableAreRead() {
    var node =
        new NodeBuilder()
            .withNewMetadata()
            .endMetadata()
            .withNewStatus()
            .withCapacity(Map.of("pods", new Quantity("29")))
            .withAllocatable(Map.of("pods", new Quantity("27")))
            .endStatus()
            .build();
    assertThat(ObjectViews.state(node).maxPods()).isEqualTo(OptionalInt.of(29));
    assertThat(ObjectViews.state(node).allocatablePods()).isEqualTo(OptionalInt.of(27));
  }

  @ParameterizedTest(name = "external {0}, annotation {1}, label {2} → {3}")
  @CsvSource(
      nullValues = "-",
      value = {
        "-, -, -, default",
        "-, -, a, a",
        "-, b, a, b",
        "c, b, a, c",
        "-, '', a, ''",
      })
  void theFirstNameThatIsPresentChoosesTheEniConfig(
      String external, String annotation, String label, String expected) {
    var labels = new HashMap<String, String>();
    var annotations = new HashMap<String, String>();
    if (external != null) {
      labels.put("vpc.amazonaws.com/externalEniConfig", external);
    }
    if (label != null) {
      labels.put(KubernetesSettings.ENI_CONFIG_KEY, label);
    }
    if (annotation != null) {
      annotations.put(KubernetesSettings.ENI_CONFIG_KEY, annotation);
    }
    var node =
        new KubernetesNode(
            true, false, OptionalInt.empty(), OptionalInt.empty(), labels, annotations);
    assertThat(ObjectViews.eniConfig(node, SETTINGS)).isEqualTo(expected);
  }

  @Test
  void podsThatNeedAnAddressAndHaveNoneAreTheDemand() {
    assertThat(
            ObjectViews.demand(
                    List.of(
                        pod("waits", false, "Pending", ""),
                        pod("has", false, "Running", "10.0.0.9"),
                        pod("host", true, "Pending", ""),
                        pod("job", false, "Succeeded", ""),
                        pod("bad", false, "Failed", "")))
                .podsWithoutAddress())
        .containsExactly(new PodRef("ns", "waits"));
  }

  @Test
  void aFeatureOfTheSameNameIsReplacedAndOthersStay() {
    var other = Map.of("name", "SecurityGroupsForPods", "value", "");
    assertThat(
            ObjectViews.withFeature(
                List.of(Map.of("name", "CustomNetworking", "value", "old"), other),
                "CustomNetworking",
                "zone-a"))
        .containsExactly(other, Map.of("name", "CustomNetworking", "value", "zone-a"));
  }

  private static Pod pod(String name, boolean hostNetwork, String phase, String ip) {
    return new PodBuilder()
        .withNewMetadata()
        .withNamespace("ns")
        .withName(name)
        .endMetadata()
        .withNewSpec()
        .withHostNetwork(hostNetwork)
        .endSpec()
        .withNewStatus()
        .withPhase(phase)
        .withPodIP(ip)
        .endStatus()
        .build();
  }
}
