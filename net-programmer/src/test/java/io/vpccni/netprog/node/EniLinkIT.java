package io.vpccni.netprog.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.netprog.InNamespace;
import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.kernel.KernelView;
import io.vpccni.netprog.netlink.NetlinkSocket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernel shows other links with the MAC of an ENI, and the one that is found is the ENI's. */
class EniLinkIT extends NodeTest {
  private static final String MAC = "02:00:00:63:53:4c";

  /**
   * The link that gets the MAC too is made first, so that it has the smaller index, unless it needs
   * the ENI's own to be made.
   */
  @ParameterizedTest
  @ValueSource(strings = {"bridge", "bond", "vlan", "macvlan", "ipvlan", "dummy"})
  void anotherLinkWithItsMacIsNotTaken(String kind) throws Exception {
    boolean port = kind.equals("bridge") || kind.equals("bond");
    boolean above = !port && !kind.equals("dummy");
    if (!above) make("link add aa type " + kind);
    node.eni("zz", MAC);
    var own = above ? make(above(kind)) : "";
    if (port) node.onNode("link set zz down");
    if (port) node.onNode("link set zz master aa");
    node.onNode("link set zz up");
    boolean same = kind.equals("ipvlan") || kind.equals("macvlan");
    if (!same) node.onNode("link set aa address " + MAC);
    node.onNode("link set aa up");
    assertThat(own).isEmpty();
    assertThat(node.onNode("-o link").lines().filter(line -> line.contains(MAC)))
        .as("links with the MAC")
        .hasSize(2);
    try (var socket =
        InNamespace.call(node.namespace, () -> NetlinkSocket.open(NetlinkSocket.ROUTE))) {
      assertThat(KernelView.ofHost(socket).withMac(Mac.parse(MAC)))
          .hasValueSatisfying(link -> assertThat(link.name()).isEqualTo("zz"));
    }
  }

  private static String above(String kind) {
    var options =
        switch (kind) {
          case "vlan" -> " id 7";
          case "macvlan" -> " mode passthru"; // the mode in which it has the ENI's own MAC
          default -> "";
        };
    return "link add link zz name aa type " + kind + options;
  }

  /** Makes a link if the kernel has its kind, which its module may be missing for. */
  private String make(String command) {
    try {
      return node.onNode(command);
    } catch (Exception | AssertionError unknown) {
      assumeTrue(false, "this kernel cannot: " + command + ": " + unknown.getMessage());
      return "";
    }
  }
}
