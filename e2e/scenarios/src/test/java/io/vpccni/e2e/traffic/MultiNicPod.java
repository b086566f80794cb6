package io.vpccni.e2e.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Pinger;
import io.vpccni.e2e.testbed.Pod;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.Wait;
import io.vpccni.rpc.address.Ip;
import io.vpccni.sim.network.SourceEcho;
import java.io.IOException;
import java.util.Map;
import java.util.regex.Pattern;

/** A pod with one interface on each of two network cards. */
record MultiNicPod(Testbed testbed, Pod pod) {
  /** This type takes two ENIs on each of two cards. */
  static final String TWO_CARDS = "hpc7a.12xlarge";

  /** The route table of device 0 on card 1, as ec2-net-utils counts; those of card 0 start at 2. */
  private static final String TABLE = "10100";

  private static final Map<String, String> ANNOTATION =
      Map.of("k8s.amazonaws.com/nicConfig", "multi-nic-attachment");

  static MultiNicPod add(Testbed testbed, Node node, String name) throws IOException {
    return new MultiNicPod(testbed, testbed.pods().addPatiently(node, name, ANNOTATION));
  }

  Ip secondAddress() throws IOException {
    var shown = pod.ip("-o", "addr", "show", "mNicIf1", "scope", "global");
    var address = Pattern.compile(" inet6? ([^ /]+)/").matcher(shown);
    assertThat(address.find()).as("an address of mNicIf1 in: %s", shown).isTrue();
    return Ip.parse(address.group(1));
  }

  /**
   * Checks that both addresses send and are reached, each by its own card. Without the host's rule
   * for the second one its packets would leave by the first card and be dropped.
   *
   * @param host a host elsewhere in the VPC, of the pod's family
   */
  void check(RemoteHosts.Host host) throws IOException {
    var second = secondAddress();
    assertThat(second).isNotEqualTo(pod.ip());
    for (var own : new Ip[] {pod.ip(), second}) {
      assertThat(Pinger.in(pod).reaches(host.ip(), TrafficChecks.ANSWER, "-I", own.toString()))
          .as("from %s", own)
          .isTrue();
      try (var _ = SourceEcho.start(pod.netnsPath(), own)) {
        assertThat(SourceEcho.ask(host.netns(), own, TrafficChecks.ANSWER)).isEqualTo(host.ip());
      }
    }
    var node = pod.node();
    var family = second.v6() ? "-6" : "-4";
    var rule = new String[] {"from", second.asCidr().toString(), "lookup", TABLE};
    assertThat(node.run("ip", family, "rule"))
        .containsPattern("1536:\\s+from " + second + "(/128)? lookup " + TABLE);
    node.netProgrammer().pause();
    try {
      node.run("ip", family, "rule", "del", rule[0], rule[1], rule[2], rule[3]);
      long dropped = testbed.network().spoofed();
      assertThat(Pinger.in(pod).reaches(host.ip(), TrafficChecks.SILENCE, "-I", second.toString()))
          .as("from %s without its rule", second)
          .isFalse();
      assertThat(testbed.network().spoofed()).isGreaterThan(dropped);
      assertThat(Pinger.in(pod).reaches(host.ip(), TrafficChecks.ANSWER)).isTrue();
    } finally {
      node.netProgrammer().resume();
    }
    Wait.until(
        "the second address sends again",
        TrafficChecks.PATIENCE,
        () -> Pinger.in(pod).reaches(host.ip(), TrafficChecks.SILENCE, "-I", second.toString()));
  }
}
