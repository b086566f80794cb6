package io.vpccni.e2e.scenario;

import static io.vpccni.e2e.scenario.Checks.allPing;
import static io.vpccni.e2e.scenario.Checks.allocated;
import static io.vpccni.e2e.scenario.Checks.noAddressTwice;
import static io.vpccni.e2e.scenario.Checks.pings;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.e2e.testbed.Daemon;
import io.vpccni.e2e.testbed.Pod;
import io.vpccni.e2e.testbed.Testbed;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestbedExtension.class)
class RestartIT {
  @Test
  void afterAKilledAgentNoAddressIsGivenTwiceAndPodsGoOn(Testbed testbed) throws IOException {
    survives(testbed, testbed.nodes().get(0).ipamd(), "agent");
  }

  @Test
  void afterAKilledNetProgrammerNoAddressIsGivenTwiceAndPodsGoOn(Testbed testbed)
      throws IOException {
    survives(testbed, testbed.nodes().get(0).netProgrammer(), "net-programmer");
  }

  private static void survives(Testbed testbed, Daemon daemon, String prefix) throws IOException {
    var node = testbed.nodes().get(0);
    var pods = new ArrayList<Pod>();
    // Enough for a second ENI, whose rules are the ones to get wrong.
    for (int i = 0; i < 6; i++) {
      pods.add(testbed.pods().addPatiently(node, prefix + "-before-" + i));
    }
    var first = pods.getFirst();
    var second = pods.get(1);

    daemon.kill();
    assertThat(pings(first, second.ip())).as("while it is down").isTrue();
    daemon.startAgain();

    for (int i = 0; i < 6; i++) {
      pods.add(testbed.pods().addPatiently(node, prefix + "-after-" + i));
    }
    noAddressTwice(pods);
    assertThat(allocated(node)).containsAll(pods.stream().map(pod -> pod.ip().toString()).toList());
    allPing(List.of(pods.get(0), pods.get(5), pods.get(6), pods.get(11)));
    for (var pod : pods) {
      Checks.remove(pod, testbed);
    }
  }

  @Test
  void aPodCanBeDeletedWhileTheAgentIsDown(Testbed testbed) throws IOException {
    var node = testbed.nodes().get(0);
    var pod = testbed.pods().addPatiently(node, "deleted-in-the-dark");
    node.ipamd().kill();
    testbed.pods().remove(pod);
    node.ipamd().startAgain();
    // The next ADD first carries out what was spooled.
    var next = testbed.pods().addPatiently(node, "after-the-dark");
    Checks.released(node, pod.ip());
    Checks.remove(next, testbed);
  }
}
