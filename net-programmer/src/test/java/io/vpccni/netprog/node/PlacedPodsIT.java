package io.vpccni.netprog.node;

import static io.vpccni.netprog.node.SampleState.pod;
import static io.vpccni.netprog.node.TestNode.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.netprog.desired.DetachedPod;
import io.vpccni.netprog.desired.HostState;
import io.vpccni.netprog.desired.HostState.Cidrs;
import io.vpccni.netprog.desired.HostState.NatSettings;
import io.vpccni.netprog.desired.HostState.PrimaryEni;
import io.vpccni.netprog.desired.HostState.SnatRandomization;
import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.PodState.PodInterface;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Takes over pods of another agent before it is known which ENIs their addresses are on. */
@Timeout(60)
class PlacedPodsIT {
  private static final String MAC = "02:00:00:63:53:4c";
  private static final String RULE = "1536: from 10.0.1.21 lookup ";
  private static final HostState HOST =
      new HostState(
          false,
          new PrimaryEni(Mac.parse(MAC), Ip.parse("10.0.1.10"), Optional.empty()),
          new Cidrs(List.of(Cidr.parse("10.0.0.0/16")), List.of(), List.of()),
          new NatSettings(false, true, SnatRandomization.FULLY, 0x80),
          9001,
          "eni",
          Optional.empty(),
          false,
          List.of());

  private static PodState in(TestNode node, int table) {
    return pod("p1", node.podNamespace(), "eni00000000001", "10.0.1.21", table);
  }

  private static String rules(TestNode node) {
    return NormalizedOutput.plain(node.onNode("rule"));
  }

  @Test
  void aRuleOfAnUnknownTableSurvivesTheFirstSyncAndIsJudgedWhenThePodIsPlaced() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
    try (var node = new TestNode()) {
      node.primary(MAC, "10.0.1.10/24");
      await(node.kernel().sync(HOST, List.of(), List.of()));
      await(node.kernel().attach(in(node, 3)));
      node.restart();

      var unplaced = in(node, PodInterface.UNKNOWN_TABLE);
      await(node.kernel().sync(HOST, List.of(unplaced), List.of()));
      assertThat(rules(node)).contains(RULE + "3");

      assertThat(await(node.kernel().place(List.of(in(node, 3)))).changes()).isZero();
      assertThat(rules(node)).contains(RULE + "3");

      await(node.kernel().place(List.of(in(node, 2))));
      assertThat(rules(node)).as("its table was known by then").contains(RULE + "3");

      await(node.kernel().sync(HOST, List.of(unplaced), List.of()));
      await(node.kernel().place(List.of(in(node, 2))));
      assertThat(rules(node)).contains(RULE + "2").doesNotContain(RULE + "3");
    }
  }

  @Test
  void aPodThatWentMeanwhileDoesNotComeBack() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
    try (var node = new TestNode()) {
      node.primary(MAC, "10.0.1.10/24");
      var unplaced = in(node, PodInterface.UNKNOWN_TABLE);
      await(node.kernel().sync(HOST, List.of(), List.of()));
      await(node.kernel().attach(unplaced));
      await(node.kernel().detach(DetachedPod.of(unplaced)));
      await(node.kernel().place(List.of(in(node, 3))));
      assertThat(rules(node)).doesNotContain("10.0.1.21");
    }
  }
}
