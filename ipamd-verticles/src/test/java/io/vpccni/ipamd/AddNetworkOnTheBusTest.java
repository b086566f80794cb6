package io.vpccni.ipamd;

import static io.vpccni.ipamd.RealBus.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vpccni.ipamd.kubernetes.KubernetesReply;
import io.vpccni.rpc.wire.cni.AddNetworkReply;
import io.vpccni.rpc.wire.cni.IPAllocationMetadata;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * These tests show what the reference's plugin is told of pods with branch ENIs, on the real
 * socket.
 */
class AddNetworkOnTheBusTest {
  private static final String ANNOTATION =
      """
      [{"eniId":"eni-abc","ifAddress":"02:00:00:11:22:33","privateIp":"10.0.1.140",
        "vlanId":7,"subnetCidr":"10.0.1.0/24"}]""";

  @RegisterExtension final RealBus bus = new RealBus();

  @SuppressWarnings("NullAway.Init")
  private GrpcAgent agent;

  @BeforeEach
  void agent(@TempDir Path folder) {
    agent = new GrpcAgent(bus.vertx(), folder);
  }

  /** Any link of this machine plays the trunk: the reply names it by the kernel's number. */
  private NetworkInterface trunkLink() throws SocketException {
    for (var link : NetworkInterface.networkInterfaces().toList()) {
      if (link.getHardwareAddress() != null) {
        agent.enis.add(
            FakeCloud.trunk(HexFormat.ofDelimiter(":").formatHex(link.getHardwareAddress())));
        return link;
      }
    }
    throw new AssertionError("this machine has no link with a MAC");
  }

  private static Future<KubernetesReply> pod(@Nullable String annotation) {
    return Future.succeededFuture(
        new KubernetesReply.Pod(
            "u1",
            Map.of(),
            annotation == null ? Map.of() : Map.of("vpc.amazonaws.com/pod-eni", annotation),
            Set.of("vpc.amazonaws.com/pod-eni")));
  }

  @Test
  void aPodWithABranchEniIsToldAllThatItsPluginNeedsAndTakesNothingOfThePool() throws Exception {
    var link = trunkLink();
    agent.kubernetes = _ -> pod(ANNOTATION);
    agent.start("ENABLE_POD_ENI=true");
    var reply = agent.add("sgp");
    assertThat(reply)
        .isEqualTo(
            AddNetworkReply.newBuilder()
                .setSuccess(true)
                .addIPAllocationMetadata(
                    IPAllocationMetadata.newBuilder()
                        .setIPv4Addr("10.0.1.140")
                        .setDeviceNumber(-1)
                        .setRouteTableId(0))
                .addVPCv4CIDRs("10.0.0.0/16")
                .setPodVlanId(7)
                .setPodENIMAC("02:00:00:11:22:33")
                .setPodENISubnetGW("10.0.1.1")
                .setParentIfIndex(link.getIndex())
                .build());
    assertThat(agent.view().holdings()).isEmpty();
    assertThat(agent.branchPods()).isOne();
    assertThat(agent.add("sgp")).as("once more").isEqualTo(reply);

    var end = agent.del("sgp");
    assertThat(end.getSuccess()).isTrue();
    assertThat(end.getPodVlanId()).isEqualTo(7);
    assertThat(end.getIPAllocationMetadata(0).getIPv4Addr()).isEqualTo("10.0.1.140");
    assertThat(agent.branchPods()).isZero();
  }

  @Test
  void askingForAnInterfaceOnEachCardChangesNothingForSuchAPod() throws Exception {
    trunkLink();
    agent.kubernetes = _ -> pod(ANNOTATION);
    agent.start("ENABLE_POD_ENI=true");
    var asked = GrpcAgent.request("sgp").toBuilder().setRequiresMultiNICAttachment(true).build();
    assertThat(await(agent.adding(asked)).getPodVlanId()).isEqualTo(7);
  }

  @Test
  void withoutTheTrunksLinkThePodGetsNothing() {
    agent.enis.add(FakeCloud.TRUNK);
    agent.kubernetes = _ -> pod(ANNOTATION);
    agent.start("ENABLE_POD_ENI=true");
    assertThat(agent.add("sgp")).isEqualTo(AddNetworkReply.getDefaultInstance());
    assertThat(agent.branchPods()).isZero();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          no annotation yet        |
          an empty list            | []
          no VLAN                  | [{"ifAddress":"02:00:00:11:22:33","privateIp":"10.0.1.140","subnetCidr":"10.0.1.0/24"}]
          no list                  | {
          """)
  void withoutAUsableAnnotationThePodGetsNothing(String why, @Nullable String annotation)
      throws Exception {
    trunkLink();
    agent.kubernetes = _ -> pod(annotation);
    agent.start("ENABLE_POD_ENI=true", "ADD_WAIT_SECONDS=0");
    assertThat(agent.add("sgp")).as(why).isEqualTo(AddNetworkReply.getDefaultInstance());
    assertThat(agent.view().holdings()).isEmpty();
    assertThat(agent.branchPods()).isZero();
  }

  @Test
  void withoutTheApiServerNoPodComesUpWithoutItsSecurityGroups() throws Exception {
    trunkLink();
    agent.start("ENABLE_POD_ENI=true", "ADD_WAIT_SECONDS=0");
    assertThat(agent.add("sgp").getSuccess()).isFalse();
    assertThat(agent.view().holdings()).isEmpty();
  }

  @Test
  void aBranchPodOfBeforeIsEndedByItsAnnotation() throws Exception {
    trunkLink();
    agent.kubernetes = _ -> pod(ANNOTATION);
    agent.start("ENABLE_POD_ENI=true");
    var end = agent.del("former");
    assertThat(end.getSuccess()).isTrue();
    assertThat(end.getPodVlanId()).isEqualTo(7);
    assertThat(end.getIPAllocationMetadata(0).getIPv4Addr()).isEqualTo("10.0.1.140");
  }
}
