package io.vpccni.netprog.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vpccni.netprog.InNamespace;
import io.vpccni.netprog.desired.DetachedPod;
import io.vpccni.netprog.desired.PodState.PodInterface;
import io.vpccni.netprog.netlink.NetlinkFailed;
import io.vpccni.netprog.netlink.NetlinkSocket;
import io.vpccni.netprog.pod.PodRemoval;
import io.vpccni.netprog.syscall.SystemCallFailed;
import io.vpccni.netprog.syscall.Wire;
import io.vpccni.rpc.address.Ip;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Tests the deletion of all equal rules: an older layout had one for each VPC CIDR and pod. It ends
 * where the kernel says that there is none, and nowhere else.
 */
class RuleDeletionIT extends NodeTest {
  private static final short RTM_DELRULE = 33;
  private static final short NO_SUCH_MESSAGE = 0x7ff0;
  private static final int EOPNOTSUPP = 95;
  private static final String OTHERS = "1536: from 10.0.1.6 lookup 2\n";
  private static final PodRemoval.InUse NOTHING =
      new PodRemoval.InUse(Set.of(), Set.of(), Set.of());

  @BeforeEach
  void prepare() throws Exception {
    node.onNode("rule add prio 1536 from 10.0.1.6 lookup 2");
  }

  private String rules() {
    return NormalizedOutput.plain(node.onNode("rule"))
        .lines()
        .filter(rule -> !rule.matches("(0|32766|32767): .*"))
        .reduce("", (all, rule) -> all + rule + "\n");
  }

  private static DetachedPod pod(OptionalInt vlanId) {
    return new DetachedPod(
        "c",
        "eth0",
        List.of(new PodInterface("eth0", "eni0", Ip.parse("10.0.1.5"), 2)),
        vlanId,
        Optional.empty());
  }

  private void detach(DetachedPod pod, Wire wire) throws NetlinkFailed {
    try (var socket = NetlinkSocket.over(wire)) {
      assertThat(new PodRemoval(socket).detach(pod, NOTHING)).isEmpty();
    }
  }

  private Wire wire() throws Exception {
    return InNamespace.call(node.namespace, () -> NetlinkSocket.wire(NetlinkSocket.ROUTE));
  }

  private void olderLayout(int count) {
    for (int i = 0; i < count; i++) {
      node.onNode("rule add prio 1536 from 10.0.1.5 to 10.%d.0.0/16 lookup 2".formatted(i));
    }
  }

  @Test
  void allGoHoweverManyThereAreAndThoseOfOthersStay() throws Exception {
    for (int count : List.of(0, 1, 2, 3, 7)) {
      olderLayout(count);
      detach(pod(OptionalInt.empty()), wire());
      assertThat(rules()).as("of %d", count).isEqualTo(OTHERS);
    }
  }

  @Test
  void ofABranchEniTheyGoByLinkAndTableAndThoseOfOthersStay() throws Exception {
    for (var link : List.of("vlan.eth.7", "eni0", "br0")) {
      node.onNode("rule add prio 10 iif " + link + " lookup 107");
    }
    node.onNode("rule add prio 10 iif vlan.eth.8 lookup 108");
    detach(pod(OptionalInt.of(7)), wire());
    assertThat(rules())
        .isEqualTo(
            "10: from all iif br0 [detached] lookup 107\n"
                + "10: from all iif vlan.eth.8 [detached] lookup 108\n"
                + OTHERS);
  }

  /** Any other error ends it and is passed on in the kernel's words; a repeated DEL goes on. */
  @Test
  void anotherErrorIsPassedOnAndWhatIsLeftGoesNextTime() throws Exception {
    // The first three deletions are of one batch; later ones come one by one.
    for (int failing : List.of(2, 3, 4, 5)) {
      olderLayout(6);
      assertThatThrownBy(() -> detach(pod(OptionalInt.empty()), new Failing(wire(), failing)))
          .as("deletion %d", failing)
          .isInstanceOfSatisfying(
              NetlinkFailed.class, failed -> assertThat(failed.errno()).isEqualTo(EOPNOTSUPP))
          .hasMessageStartingWith("ip rule del prio 1536 from 10.0.1.5/32 lookup 0: ");
      assertThat(rules().lines().filter(rule -> rule.contains("10.0.1.5")))
          .as("left after deletion %d failed", failing)
          .isNotEmpty();

      detach(pod(OptionalInt.empty()), wire());
      assertThat(rules()).isEqualTo(OTHERS);
    }
  }

  /** A wire on which the kernel fails one of the deletions. */
  private static final class Failing implements ForwardingWire {
    private final Wire wire;
    private final int failing;
    private int deletions;

    Failing(Wire wire, int failing) {
      this.wire = wire;
      this.failing = failing;
    }

    @Override
    public Wire wire() {
      return wire;
    }

    @Override
    public void send(ByteBuffer data) throws SystemCallFailed {
      var copy =
          ByteBuffer.allocateDirect(data.remaining()).order(ByteOrder.nativeOrder()).put(data);
      copy.flip();
      for (int at = 0; at < copy.limit(); at += (copy.getInt(at) + 3) & ~3) {
        if (copy.getShort(at + 4) == RTM_DELRULE && ++deletions == failing) {
          copy.putShort(at + 4, NO_SUCH_MESSAGE);
        }
      }
      wire.send(copy);
    }
  }
}
