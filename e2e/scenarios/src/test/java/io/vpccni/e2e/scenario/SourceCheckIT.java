package io.vpccni.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Pod;
import io.vpccni.e2e.testbed.Testbed;
import java.io.IOException;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestbedExtension.class)
class SourceCheckIT {
  @Test
  void aPodOnASecondaryEniSendsThroughThatEni(Testbed testbed) throws IOException {
    var node = testbed.nodes().get(0);
    var far = testbed.nodes().get(1).address();
    var pods = new ArrayList<Pod>();
    // One more than the primary ENI of an m5.large holds.
    for (int i = 0; i < 10; i++) {
      pods.add(testbed.pods().addPatiently(node, "source-" + i));
    }
    var pod = pods.stream().filter(each -> hasRule(node, each)).findFirst().orElseThrow();
    assertThat(Checks.pings(pod, far)).isTrue();

    // Nobody may put the rule back while the test looks.
    node.ipamd().kill();
    node.netProgrammer().kill();
    var rule = rule(node, pod);
    long dropped = testbed.network().spoofed();
    node.run("ip", "rule", "del", "from", pod.ip().toString());
    assertThat(Checks.pingsAtOnce(pod, far)).as("without its rule").isFalse();
    assertThat(testbed.network().spoofed()).isGreaterThan(dropped);

    node.run(
        "ip",
        "rule",
        "add",
        "from",
        pod.ip().toString(),
        "lookup",
        rule.replaceAll(".* ", ""),
        "priority",
        "1536");
    assertThat(Checks.pings(pod, far)).as("with its rule again").isTrue();

    node.netProgrammer().startAgain();
    node.ipamd().startAgain();
    pods.add(testbed.pods().addPatiently(node, "source-after"));
    for (var each : pods) {
      Checks.remove(each, testbed);
    }
  }

  private static boolean hasRule(Node node, Pod pod) {
    try {
      return !rule(node, pod).isEmpty();
    } catch (IOException broken) {
      throw new IllegalStateException(broken);
    }
  }

  private static String rule(Node node, Pod pod) throws IOException {
    return node.run("ip", "rule")
        .lines()
        .filter(line -> line.startsWith("1536:") && line.contains("from " + pod.ip() + " "))
        .findFirst()
        .map(String::strip)
        .orElse("");
  }
}
