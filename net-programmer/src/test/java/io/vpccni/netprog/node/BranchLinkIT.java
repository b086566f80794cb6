package io.vpccni.netprog.node;

import static io.vpccni.netprog.node.TestNode.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.netprog.desired.HostState.PodSecurityGroupMode;
import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.PodState.BranchEni;
import io.vpccni.netprog.desired.Refusal;
import io.vpccni.netprog.netlink.NetlinkSocket;
import io.vpccni.netprog.syscall.SystemCallFailed;
import io.vpccni.netprog.syscall.Wire;
import io.vpccni.rpc.address.Ip;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/**
 * Tests the messages that make a branch ENI's VLAN link; it does not matter whether this kernel has
 * 8021q.
 */
class BranchLinkIT {
  private static final String TRUNK = "02:00:00:03:46:85";
  private static final String BRANCH = "02:00:00:11:22:33";
  private static final short RTM_NEWLINK = 16;
  private static final short RTM_DELLINK = 17;

  /** Records what is sent, without sequence numbers. */
  private record Recorder(Wire wire, List<String> sent) implements ForwardingWire {
    @Override
    public void send(ByteBuffer data) throws SystemCallFailed {
      var copy = ByteBuffer.allocate(data.remaining()).order(ByteOrder.nativeOrder());
      copy.put(data.duplicate()).flip();
      for (int at = 0; at < copy.limit(); at += copy.getInt(at) + 3 & ~3) {
        short type = copy.getShort(at + 4);
        if (type == RTM_NEWLINK || type == RTM_DELLINK) {
          sent.add(hex(copy, at, copy.getInt(at)));
        }
      }
      wire.send(data);
    }
  }

  private static String hex(ByteBuffer messages, int at, int length) {
    var message = new byte[length];
    messages.get(at, message);
    // Flags are the socket's business as well (acknowledgements), sequence and port change.
    for (int i = 6; i < 16; i++) {
      message[i] = 0;
    }
    return HexFormat.of().formatHex(message);
  }

  /** Returns the message of {@code ip link del dev …}. */
  private static String delete(int link) {
    return "20000000" + "1100" + "00".repeat(10) + "00000000" + number(link) + "00".repeat(8);
  }

  /** Returns the message of {@code ip link set dev … up}. */
  private static String setUp(int link) {
    return "20000000" + "1000" + "00".repeat(10) + "00000000" + number(link) + "01000000".repeat(2);
  }

  /** Returns the message of {@code ip link add link … name vlan.eth.7 address … type vlan id 7}. */
  private static String create(int trunk) {
    return "5c000000"
        + "1000"
        + "00".repeat(10)
        + "00".repeat(16)
        + ("0a000100" + BRANCH.replace(":", "") + "0000")
        + ("08000500" + number(trunk))
        + "0f000300766c616e2e6574682e370000"
        + "1800120008000100766c616e0c0002000600010007000000";
  }

  private static String number(int value) {
    return HexFormat.of().toHexDigits(Integer.reverseBytes(value));
  }

  private static PodState pod(String namespace) {
    var plain = SampleState.pod("sgp-pod", namespace, "vlanad3d5642a5a", "10.0.1.140", 0);
    return new PodState(
        plain.containerId(),
        plain.ifName(),
        plain.podNamespace(),
        plain.podName(),
        plain.netns(),
        plain.interfaces(),
        Optional.of(
            new BranchEni(
                7,
                Mac.parse(BRANCH),
                Ip.parse("10.0.1.1"),
                Mac.parse(TRUNK),
                PodSecurityGroupMode.STRICT)),
        Optional.empty(),
        9001);
  }

  /** Tries to attach a branch pod, and tells whether this kernel has made its VLAN link. */
  private static boolean attached(TestNode node) throws Exception {
    try {
      await(node.kernel().attach(pod(node.podNamespace())));
      return true;
    } catch (Refusal noVlans) {
      return false;
    }
  }

  /** A VLAN link cannot be set up while the link below it is down: the kernel answers ENETDOWN. */
  @Test
  void aTrunkThatIsDownIsSetUpBeforeItsVlanLinkIsMade() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
    assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN);
    var sent = new CopyOnWriteArrayList<String>();
    NetlinkSocket.Opener sockets =
        protocol -> NetlinkSocket.over(new Recorder(NetlinkSocket.wire(protocol), sent));
    try (var node = new TestNode(sockets)) {
      node.eni("eth1", TRUNK);
      int trunk = index(node, "eth1");
      boolean made = attached(node);
      assertThat(sent).containsSubsequence(setUp(trunk), create(trunk));
      assertThat(node.onNode("link show eth1")).contains("MULTICAST,UP");
      if (made) {
        assertThat(node.onNode("link show vlan.eth.7")).contains("MULTICAST,UP");
      }
    }
  }

  @Test
  void theLinkOfAFormerBranchEniIsReplacedByTheOneOfThis() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
    assumeTrue(ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN);
    var sent = new CopyOnWriteArrayList<String>();
    NetlinkSocket.Opener sockets =
        protocol -> NetlinkSocket.over(new Recorder(NetlinkSocket.wire(protocol), sent));
    try (var node = new TestNode(sockets)) {
      node.eni("eth1", TRUNK);
      node.onNode("link set eth1 up");
      // Of that name, with the MAC of another branch ENI.
      node.onNode("link add vlan.eth.7 address 02:00:00:99:99:99 type veth peer name c-vlan");
      int former = index(node, "vlan.eth.7");
      int trunk = index(node, "eth1");
      boolean made = attached(node);
      var delete = delete(former);
      var create = create(trunk);
      assertThat(sent).containsSubsequence(delete, create);
      if (made) {
        assertThat(node.onNode("-d link show vlan.eth.7"))
            .contains("vlan protocol 802.1Q id 7", BRANCH);
      } else {
        assertThat(node.onNode("link")).doesNotContain("vlan");
        assertThat(node.onNode("rule")).doesNotContain("107");
      }
    }
  }

  private static int index(TestNode node, String link) {
    return Integer.parseInt(node.onNode("-o link show " + link).split(":", 2)[0]);
  }
}
