package io.vpccni.netprog.node;

import static io.vpccni.netprog.node.SampleState.pod;
import static io.vpccni.netprog.node.TestNode.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.netprog.Wait;
import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.HostState.Cidrs;
import io.vpccni.netprog.desired.HostState.NatSettings;
import io.vpccni.netprog.desired.HostState.PrimaryEni;
import io.vpccni.netprog.desired.HostState.SnatRandomization;
import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Settings change while pods run. Afterwards the node equals one that never had other settings,
 * except for what the running pods need, and that goes with them.
 */
@Timeout(120)
class ChangedSettingsIT {
  private static final String MAC0 = "02:00:00:63:53:4c";
  private static final Setting OLD = new Setting("eni", 0x80, false, SnatRandomization.FULLY);
  private static final Setting NEW = new Setting("pod", 0x100, false, SnatRandomization.NONE);

  private record Setting(
      String prefix, int mark, boolean externalSnat, SnatRandomization randomization) {
    HostState host(List<String> vpc, List<String> services) {
      return new HostState(
          false,
          new PrimaryEni(Mac.parse(MAC0), Ip.parse("10.0.1.10"), Optional.empty()),
          new Cidrs(
              vpc.stream().map(Cidr::parse).toList(),
              List.of(),
              services.stream().map(Cidr::parse).toList()),
          new NatSettings(externalSnat, true, randomization, mark),
          9001,
          prefix,
          Optional.empty(),
          false,
          List.of());
    }
  }

  private static final HostState BEFORE =
      OLD.host(List.of("10.0.0.0/16", "100.64.0.0/16"), List.of("172.31.99.0/24"));
  private static final HostState AFTER =
      NEW.host(List.of("10.0.0.0/16", "100.65.0.0/16"), List.of("172.31.98.0/24"));

  private static TestNode node(String variant) throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
    var node = new TestNode(variant);
    node.primary(MAC0, "10.0.1.10/24");
    return node;
  }

  private static String state(TestNode node, String variant) {
    return String.join(
        "\n",
        NormalizedOutput.plain(node.onNode("rule")),
        NormalizedOutput.plain(node.onNode("-4 route")),
        ReferenceDump.saved(node.exec(variant + "-save")),
        ReferenceDump.nft(node));
  }

  /** Returns the state of a node that had these settings from the start. */
  private static String fresh(HostState host, String variant) throws Exception {
    try (var node = node(variant)) {
      await(node.kernel().sync(host, List.of(), List.of()));
      return state(node, variant);
    }
  }

  private static List<PodState> attach(TestNode node) throws Exception {
    var pods = new ArrayList<PodState>();
    for (int i = 1; i <= 3; i++) {
      var pod =
          pod(
              "p" + i,
              node.podNamespace(),
              "eni%011x".formatted(i),
              "10.0.1.2" + i,
              i == 1 ? 254 : 2);
      await(node.kernel().attach(pod));
      pods.add(pod);
    }
    return pods;
  }

  @ParameterizedTest
  @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
  void thePrefixTheMarkAndTheBlocksChangeUnderRunningPods(String variant) throws Exception {
    try (var node = node(variant)) {
      await(node.kernel().sync(BEFORE, List.of(), List.of()));
      var pods = attach(node);

      await(node.kernel().applyHost(AFTER));

      var changed = state(node, variant);
      assertThat(changed)
          .as("of the running pods")
          .contains("-i eni+ ", "512: from all to 10.0.1.21 ", "1536: from 10.0.1.22 lookup 2")
          .as("of the old settings")
          .doesNotContain("0x80", "0x00000080", "100.64.0.0", "172.31.99.0", "random-fully")
          .contains("-i pod+ ", "0x100", "100.65.0.0", "172.31.98.0");
      for (var pod : pods) {
        assertThat(await(node.kernel().check(pod))).isEmpty();
        node.exec("ping -c1 -W1 " + pod.interfaces().getFirst().ip());
      }
      aRestartChangesNothing(node, pods, variant);

      for (var pod : pods) {
        node.detach(pod);
      }
      var desired = fresh(AFTER, variant);
      Wait.until("nothing is left of it", () -> state(node, variant).equals(desired));
    }
  }

  private static void aRestartChangesNothing(TestNode node, List<PodState> pods, String variant)
      throws Exception {
    var before = state(node, variant);
    node.restart();
    assertThat(await(node.kernel().sync(AFTER, pods, List.of())).changes()).isZero();
    assertThat(state(node, variant)).isEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(strings = {"iptables-nft", "iptables-legacy"})
  void externalSnatComesAndGoesUnderRunningPods(String variant) throws Exception {
    var outside =
        new Setting("eni", 0x80, true, SnatRandomization.FULLY)
            .host(List.of("10.0.0.0/16", "100.64.0.0/16"), List.of("172.31.99.0/24"));
    try (var node = node(variant)) {
      await(node.kernel().sync(BEFORE, List.of(), List.of()));
      var pods = attach(node);
      var masked = state(node, variant);

      await(node.kernel().applyHost(outside));

      assertThat(state(node, variant))
          .doesNotContain("SNAT --to-source", "snat-mark", "CONNMARK-CHAIN")
          .contains("1024: from all fwmark 0x80/0x80 lookup main", "-i eni+ ")
          .contains("1536: from 10.0.1.22 lookup 2");
      for (var pod : pods) {
        assertThat(await(node.kernel().check(pod))).isEmpty();
      }

      await(node.kernel().applyHost(BEFORE));
      assertThat(state(node, variant)).isEqualTo(masked);
    }
  }
}
