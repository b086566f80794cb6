package io.vpccni.netprog.node;

import static io.vpccni.netprog.node.TestNode.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.netprog.Wait;
import io.vpccni.netprog.desired.Kernel.Event;
import io.vpccni.netprog.desired.Kernel.HostAddress;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The addresses that the host takes packets for are listed, and their changes are told. */
class HostAddressesIT extends NodeTest {
  private static final String MAC0 = "02:00:00:63:53:4c";
  private static final String MAC1 = "02:00:00:03:46:85";

  @BeforeEach
  void prepare() throws Exception {
    node.primary(MAC0, "10.0.0.4/18");
    node.onNode("-6 addr add 2001:db8::4/64 dev eth0 nodad");
    node.eni("eth1", MAC1);
    var eni = SampleState.eni("eni-1", MAC1, "10.0.23.206", "10.0.0.0/18", 0, 1, 2);
    await(node.kernel().sync(SampleState.host(MAC0, "10.0.0.4", eni), List.of(), List.of()));
  }

  private List<HostAddress> listed() throws Exception {
    return await(node.kernel().list()).addresses();
  }

  private static HostAddress address(String ip, String link) {
    return new HostAddress(Ip.parse(ip).asCidr(), link);
  }

  @Test
  void whoeverGaveThemToWhicheverLinkTheyAreListed() throws Exception {
    node.onNode("addr add 10.0.7.1/32 dev eth0");
    node.onNode("addr add 10.0.7.2/32 dev lo scope host");
    node.onNode("link add other type veth peer name far");
    node.onNode("addr add 10.0.7.3/24 dev other");
    node.onNode("route add local 10.0.7.4 dev lo table local");
    node.onNode("-6 addr add 2001:db8::7/128 dev eth0 nodad");
    assertThat(listed())
        .containsExactlyInAnyOrder(
            address("10.0.7.1", "eth0"),
            address("10.0.7.2", "lo"),
            address("10.0.7.3", "other"),
            address("10.0.7.4", "lo"),
            address("2001:db8::4", "eth0"),
            address("2001:db8::7", "eth0"));
  }

  /** A load balancer has blocks routed to itself like this, and no link shows their addresses. */
  @Test
  void aLocalBlockIsListedAsSuchHoweverLargeItIs() throws Exception {
    node.onNode("route add local 10.0.9.16/28 dev lo table local");
    node.onNode("route add local 10.1.0.0/16 dev lo table local");
    node.onNode("-6 route add local 2001:db8::/80 dev lo table local");
    assertThat(listed())
        .containsExactlyInAnyOrder(
            address("2001:db8::4", "eth0"),
            new HostAddress(Cidr.parse("10.0.9.16/28"), "lo"),
            new HostAddress(Cidr.parse("10.1.0.0/16"), "lo"),
            new HostAddress(Cidr.parse("2001:db8::/80"), "lo"));
  }

  @Test
  void theEnisOwnAddressesAndThoseThatNoPodCanHaveAreLeftOut() throws Exception {
    assertThat(listed()).containsExactly(address("2001:db8::4", "eth0"));
  }

  @Test
  void whatAnotherProgramChangesIsTold() throws Exception {
    node.onNode("addr add 10.0.7.1/32 dev eth0");
    Wait.until("told that it came", () -> changes() > 0);
    long before = changes();
    node.onNode("addr del 10.0.7.1/32 dev eth0");
    Wait.until("told that it went", () -> changes() > before);
    assertThat(listed()).doesNotContain(address("10.0.7.1", "eth0"));
  }

  @Test
  void aLocalRouteIsToldLikeAnAddress() throws Exception {
    long first = changes();
    node.onNode("route add local 10.0.9.16/28 dev lo table local");
    Wait.until("told that it came", () -> changes() > first);
    long before = changes();
    node.onNode("route del local 10.0.9.16/28 dev lo table local");
    Wait.until("told that it went", () -> changes() > before);
  }

  /** The link of a secondary ENI keeps its own address only, so what others add is gone again. */
  @Test
  void onASecondaryEniItIsRemovedBeforeItIsTold() throws Exception {
    long before = changes();
    node.onNode("addr add 10.0.7.9/32 dev eth1");
    Wait.until("told", () -> changes() > before);
    assertThat(listed()).doesNotContain(address("10.0.7.9", "eth1"));
  }

  private long changes() {
    return node.events.stream().filter(Event.HostAddressesChanged.class::isInstance).count();
  }
}
