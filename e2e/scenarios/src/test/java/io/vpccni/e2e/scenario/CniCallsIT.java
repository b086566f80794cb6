package io.vpccni.e2e.scenario;

import static io.vpccni.e2e.scenario.Checks.allocated;
import static io.vpccni.e2e.scenario.Checks.kernel;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.e2e.testbed.CniAnswer;
import io.vpccni.e2e.testbed.CniRuntime;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.PodNetwork;
import io.vpccni.e2e.testbed.Testbed;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestbedExtension.class)
class CniCallsIT {
  private static final String SOME_ID = "ab".repeat(32);

  @Test
  void aRepeatedAddGetsTheSameAddress(Testbed testbed) throws IOException {
    var node = testbed.nodes().get(1);
    var pod = testbed.pods().add(node, "twice");
    var again = add(node, pod.network());
    assertThat(again.address()).isEqualTo(pod.ip());
    assertThat(Checks.pings(node, pod.ip())).isTrue();
    Checks.remove(pod, testbed);
  }

  @Test
  void deletingAnUnknownPodSucceeds(Testbed testbed) throws IOException {
    var node = testbed.nodes().get(1);
    var unknown = PodNetwork.of("never-was", SOME_ID, "/run/netns/never-was");
    assertThat(del(node, unknown).exitCode()).isZero();
  }

  @Test
  void deletingWithoutANetnsReleasesTheAddress(Testbed testbed) throws IOException {
    var node = testbed.nodes().get(1);
    var pod = testbed.pods().add(node, "netns-gone");
    testbed.pods().removeNamespace(pod.network());
    var answer = del(node, pod.network().withNetns(""));
    assertThat(answer.exitCode()).as("%s", answer).isZero();
    Checks.released(node, pod.ip());
  }

  @Test
  void aNetnsThatDoesNotExistIsAnErrorThatLeavesNothing(Testbed testbed) throws IOException {
    var node = testbed.nodes().get(1);
    var pod = PodNetwork.of("nowhere", SOME_ID, "/run/netns/vpcsim-nowhere");
    leavesNothing(node, () -> add(node, pod), 3, 4, 5, 7, 999);
  }

  @Test
  void aMalformedConfigurationIsCode6(Testbed testbed) throws IOException {
    var node = testbed.nodes().get(1);
    var network = testbed.pods().sandbox("malformed");
    leavesNothing(
        node, () -> node.runtime().exec("aws-cni", network.environment("ADD"), "{ not json"), 6);
    testbed.pods().removeNamespace(network);
  }

  @Test
  void missingVariablesAreCode4AndNamed(Testbed testbed) throws IOException {
    var node = testbed.nodes().get(1);
    var network = testbed.pods().sandbox("incomplete");
    for (var name : List.of("CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME", "CNI_PATH")) {
      var environment = CniRuntime.environment(network, "ADD");
      environment.remove(name);
      var answer =
          leavesNothing(
              node,
              () -> node.runtime().exec("aws-cni", environment, node.runtime().config().encode()),
              4);
      assertThat(answer.stdout()).contains(name);
    }
    testbed.pods().removeNamespace(network);
  }

  private interface Call {
    CniAnswer make() throws IOException;
  }

  private static CniAnswer leavesNothing(Node node, Call call, Integer... codes)
      throws IOException {
    Checks.settled(node);
    var allocatedBefore = allocated(node);
    var kernelBefore = kernel(node);
    var answer = call.make();
    assertThat(answer.exitCode()).as("%s", answer).isNotZero();
    assertThat(answer.code()).as("%s", answer).isIn((Object[]) codes);
    assertThat(answer.json().getString("msg")).isNotBlank();
    assertThat(allocated(node)).isEqualTo(allocatedBefore);
    assertThat(kernel(node)).containsExactlyInAnyOrderElementsOf(kernelBefore);
    return answer;
  }

  private static CniAnswer add(Node node, PodNetwork pod) throws IOException {
    return node.runtime().exec("aws-cni", pod.environment("ADD"), node.runtime().config().encode());
  }

  private static CniAnswer del(Node node, PodNetwork pod) throws IOException {
    return node.runtime().exec("aws-cni", pod.environment("DEL"), node.runtime().config().encode());
  }
}
