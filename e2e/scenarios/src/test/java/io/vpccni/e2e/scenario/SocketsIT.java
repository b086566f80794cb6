package io.vpccni.e2e.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.NodeNamespaces;
import io.vpccni.e2e.testbed.Testbed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestbedExtension.class)
class SocketsIT {
  private static final String STRANGER = "12345";
  private static final String AGENT = "" + Node.AGENT_UID;

  @Test
  void ownersAndModesAreThoseOfTheDesign(Testbed testbed) throws IOException {
    var node = testbed.nodes().get(0);
    assertThat(stat(node, "")).isEqualTo("0:10001 1775");
    assertThat(stat(node, "/cni.sock")).isEqualTo("10001:10001 600");
    assertThat(stat(node, "/ipamd.sock")).isEqualTo("10001:10001 660");
    assertThat(stat(node, "/net-programmer.sock")).isEqualTo("0:10001 660");
    assertThat(stat(node, "/ipam.json")).isEqualTo("10001:10001 600");
    assertThat(stat(node, "/spool")).isEqualTo("10001:10001 700");
  }

  @Test
  void cniSockAnswersRootOnly(Testbed testbed) throws IOException {
    var node = testbed.nodes().get(0);
    assertThat(answerBytes(node, "0", "cni.sock", VERSION_FRAME)).isPositive();
    assertThat(answerBytes(node, AGENT, "cni.sock", VERSION_FRAME)).isZero();
    assertThat(answerBytes(node, STRANGER, "cni.sock", VERSION_FRAME)).isZero();
  }

  @Test
  void netProgrammerSockAnswersTheAgentOnly(Testbed testbed) throws IOException {
    var node = testbed.nodes().get(0);
    assertThat(answerBytes(node, AGENT, "net-programmer.sock", LIST_PODS_FRAME)).isPositive();
    assertThat(answerBytes(node, "0", "net-programmer.sock", LIST_PODS_FRAME)).isZero();
    assertThat(answerBytes(node, STRANGER, "net-programmer.sock", LIST_PODS_FRAME)).isZero();
  }

  @Test
  void ipamdSockAnswersRootAndTheAgentOnly(Testbed testbed) throws IOException {
    var node = testbed.nodes().get(0);
    assertThat(answerBytes(node, "0", "ipamd.sock", HTTP2_FRAME)).isPositive();
    assertThat(answerBytes(node, AGENT, "ipamd.sock", HTTP2_FRAME)).isPositive();
    assertThat(answerBytes(node, STRANGER, "ipamd.sock", HTTP2_FRAME)).isZero();
  }

  @Test
  void aSecondAgentRefusesToStartAndDisturbsNothing(Testbed testbed) throws IOException {
    var node = testbed.nodes().get(0);
    try (var second = node.secondAgent()) {
      assertThat(second.exitCode(20)).as(second.tail()).isNotZero();
    }
    assertThat(node.ipamd().alive()).isTrue();
    var pod = testbed.pods().add(node, "beside-a-second-agent");
    Checks.remove(pod, testbed);
  }

  // VCNI, version 1, length 34, then: aws-cni, CNI_COMMAND=VERSION, an empty line, {}.
  private static final String VERSION_FRAME = frame("aws-cni\0CNI_COMMAND=VERSION\0\0{}");

  private static String frame(String body) {
    return "56434e4901%08x".formatted(body.length()) + hex(body);
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  // Envelope {id: 7, deadline_ms: 5000, list_pods: {}}: tags 0x08, 0x10 and 15 << 3 | 2.
  private static final String LIST_PODS_FRAME = "00000007" + "0807" + "108827" + "7a00";

  // The HTTP/2 preface and an empty SETTINGS frame.
  private static final String HTTP2_FRAME =
      hex("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n") + "000000040000000000";

  private static int answerBytes(Node node, String uid, String socket, String hex)
      throws IOException {
    var said =
        node.run(
            "setpriv",
            "--reuid=" + uid,
            "--regid=" + AGENT,
            "--clear-groups",
            NodeNamespaces.DISTRIBUTIONS + "/jdk/bin/java",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            NodeNamespaces.DISTRIBUTIONS + "/testbed/lib/*",
            "io.vpccni.e2e.testbed.SocketProbe",
            "/run/aws-node/" + socket,
            hex);
    return Integer.parseInt(said.lines().toList().getLast());
  }

  private static String stat(Node node, String path) throws IOException {
    return node.run("stat", "-c", "%u:%g %a", "/run/aws-node" + path);
  }
}
