package io.vpccni.netprog.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.netprog.InNamespace;
import io.vpccni.netprog.netlink.Link;
import io.vpccni.netprog.netlink.NetlinkFailed;
import io.vpccni.netprog.netlink.NetlinkSocket;
import io.vpccni.netprog.netlink.NetnsId;
import io.vpccni.netprog.netlink.Route;
import io.vpccni.netprog.netlink.Ruleset;
import io.vpccni.netprog.syscall.FileDescriptor;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The kernel's own error messages reach the caller. */
class KernelMessagesIT {
  @Test
  void itsOwnExplanationIsInTheError() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
    try (var node = new TestNode()) {
      node.onNode("link set lo up");
      var route = Route.through(Cidr.parse("10.9.0.0/16"), Ip.parse("10.77.0.1"), 1, Route.MAIN);
      try (var socket =
          InNamespace.call(node.namespace, () -> NetlinkSocket.open(NetlinkSocket.ROUTE))) {
        assertThatThrownBy(() -> socket.run(List.of(route.replace())))
            .isInstanceOf(NetlinkFailed.class)
            .hasMessage(
                "ip route replace 10.9.0.0/16 via 10.77.0.1 dev 1 table 254: Network is unreachable"
                    + " (Nexthop has invalid gateway)");
      }
    }
  }

  @Test
  void linksSayInWhichNamespaceTheirOtherEndIs() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
    try (var node = new TestNode()) {
      var other = node.podNamespace();
      var third = node.podNamespace();
      node.onNode("link add name a type veth peer name b netns " + other);
      node.onNode("link add name c type veth peer name d");
      try (var socket =
              InNamespace.call(node.namespace, () -> NetlinkSocket.open(NetlinkSocket.ROUTE));
          var there = FileDescriptor.openForReading("/run/netns/" + other);
          var nowhere = FileDescriptor.openForReading("/run/netns/" + third)) {
        var links = Link.list(socket);
        int id = NetnsId.of(socket, there.number());
        assertThat(id).isNotEqualTo(NetnsId.SAME);
        assertThat(links)
            .filteredOn(link -> link.peerNamespace() == id)
            .extracting(Link::name)
            .containsExactly("a");
        assertThat(links)
            .filteredOn(link -> link.name().equals("c"))
            .allMatch(link -> link.peerNamespace() == NetnsId.SAME);
        assertThat(NetnsId.of(socket, nowhere.number())).isEqualTo(NetnsId.SAME);
      }
    }
  }

  @Test
  void eachChangeOfARuleIsAnotherGeneration() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "namespaces need root");
    try (var node = new TestNode();
        var socket =
            InNamespace.call(node.namespace, () -> NetlinkSocket.open(NetlinkSocket.NETFILTER))) {
      int first = Ruleset.generation(socket);
      assertThat(Ruleset.generation(socket)).isEqualTo(first);
      TestNode.run("ip netns exec " + node.namespace + " iptables-nft -t nat -N X");
      assertThat(Ruleset.generation(socket)).isNotEqualTo(first);
    }
  }
}
