package io.vpccni.ipamd.cni;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.RealBus;
import io.vpccni.ipamd.dataplane.DataplaneRequest;
import io.vpccni.ipamd.pod.BranchEni;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.LinkNames;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.rpc.address.Ip;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** DEL of pods that are known by the result of their ADD only, which another agent had served. */
class FormerPodTest {
  private static final PodRef POD = new PodRef("default", "a");
  private static final String SUFFIX = LinkNames.suffix(POD, 0);

  @RegisterExtension final RealBus bus = new RealBus();

  private final FakeNode node = new FakeNode();

  private static String interfaces(String... links) {
    return "\"interfaces\":[" + String.join(",", links) + "]";
  }

  private static String link(String name, String mac, String sandbox) {
    return "{\"name\":\"%s\",\"mac\":\"%s\",\"sandbox\":\"%s\"}".formatted(name, mac, sandbox);
  }

  private static String ip(int link, String address) {
    return "{\"version\":\"4\",\"interface\":%d,\"address\":\"%s\"}".formatted(link, address);
  }

  private Holding detached(String previous) {
    var calls = new Calls(bus.vertx(), node);
    assertThat(
            calls
                .call("DEL", "a", ",\"prevResult\":{\"cniVersion\":\"0.4.0\"," + previous + "}")
                .exitCode())
        .isZero();
    return node.asked.stream()
        .map(asked -> ((DataplaneRequest.Detach) asked).holding())
        .findFirst()
        .orElseThrow(() -> new AssertionError("nothing was detached"));
  }

  @Test
  void anOrdinaryPodIsTakenDownWithTheTableOfItsInterface() {
    var holding =
        detached(
            interfaces(
                    link("eni" + SUFFIX, "", ""),
                    link("eth0", "3", "/run/netns/a"),
                    link("dummy" + SUFFIX, "0", "1"),
                    link("veth0a1b2c3d", "8a:f2:6a:54:f9:08", ""),
                    link("v6if0", "fe:01:02:03:04:05", "/run/netns/a"))
                + ",\"ips\":["
                + ip(1, "10.0.1.101/32")
                + "]");
    assertThat(holding.addresses())
        .extracting(HeldAddress::ip)
        .containsExactly(Ip.parse("10.0.1.101"));
    assertThat(holding.addresses()).extracting(HeldAddress::routeTable).containsExactly(3);
    assertThat(holding.wiring().hostVeths()).containsExactly("eni" + SUFFIX);
    assertThat(holding.wiring().branch()).isEmpty();
    assertThat(node.done).containsExactly("release", "Detach", "release");
  }

  @Test
  void aResultOfAnOldVersionHasTheDeviceNumberOnly() {
    var holding =
        detached(
            interfaces(
                    link("eni" + SUFFIX, "", ""),
                    link("eth0", "", "/run/netns/a"),
                    link("dummy" + SUFFIX, "0", "2"))
                + ",\"ips\":["
                + ip(1, "10.0.1.101/32")
                + "]");
    assertThat(holding.addresses()).extracting(HeldAddress::routeTable).containsExactly(3);
  }

  @Test
  void aPodWithSeveralInterfacesIsTakenDownWithEach() {
    var holding =
        detached(
            interfaces(
                    link("eni0", "", ""),
                    link("eth0", "254", "/run/netns/a"),
                    link("eni1", "", ""),
                    link("mNicIf1", "10101", "/run/netns/a"),
                    link("dummy" + SUFFIX, "0", "0"))
                + ",\"ips\":["
                + ip(1, "10.0.1.102/32")
                + ","
                + ip(3, "10.0.9.40/32")
                + "]");
    assertThat(holding.addresses()).extracting(HeldAddress::routeTable).containsExactly(254, 10101);
    assertThat(holding.wiring().hostVeths()).containsExactly("eni0", "eni1");
  }

  @Test
  void aPodWithABranchEniIsTakenDownWithItsVlan() {
    var holding =
        detached(
            interfaces(
                    link("vlan" + SUFFIX, "", ""),
                    link("eth0", "0", "/run/netns/a"),
                    link("dummy" + SUFFIX, "7", ""))
                + ",\"ips\":[{\"interface\":1,\"address\":\"10.0.1.140/32\",\"gateway\":\"10.0.1.1\"}]");
    assertThat(holding.wiring().branch())
        .contains(new BranchEni(7, "", Ip.parse("10.0.1.1"), "", false));
    assertThat(holding.wiring().hostVeths()).containsExactly("vlan" + SUFFIX);
  }

  @Test
  void ourOwnResultIsReadBack() {
    var calls = new Calls(bus.vertx(), node);
    var result = calls.call("ADD", "a").text();
    var added = node.held.values().iterator().next();
    node.held.clear();
    node.asked.clear();
    calls.call("DEL", "a", ",\"prevResult\":" + result);
    var detached = ((DataplaneRequest.Detach) node.asked.getFirst()).holding();
    assertThat(detached.addresses())
        .extracting(HeldAddress::ip)
        .isEqualTo(added.addresses().stream().map(HeldAddress::ip).toList());
    assertThat(detached.addresses())
        .extracting(HeldAddress::routeTable)
        .isEqualTo(added.addresses().stream().map(HeldAddress::routeTable).toList());
    assertThat(detached.wiring().hostVeths()).isEqualTo(added.wiring().hostVeths());
  }

  @Test
  void anAddressThatAnotherPodHasByNowIsLeftAlone() {
    var calls = new Calls(bus.vertx(), node);
    calls.call("ADD", "b");
    var taken = node.held.values().iterator().next().addresses().getFirst().ip();
    node.asked.clear();
    var previous =
        interfaces(
                link("eni" + SUFFIX, "", ""),
                link("eth0", "3", "/run/netns/a"),
                link("dummy" + SUFFIX, "0", "1"))
            + ",\"ips\":["
            + ip(1, taken + "/32")
            + "]";
    assertThat(calls.call("DEL", "a", ",\"prevResult\":{" + previous + "}").exitCode()).isZero();
    assertThat(node.asked).isEmpty();
    assertThat(node.held).hasSize(1);
  }

  @Test
  void whatIsNoResultOfOursEndsWithSuccess() {
    var calls = new Calls(bus.vertx(), node);
    for (var previous :
        new String[] {
          "{}",
          "{\"interfaces\":7,\"ips\":\"x\"}",
          "{\"interfaces\":[1],\"ips\":[]}",
          "{\"interfaces\":[{\"name\":\"dummy" + SUFFIX + "\",\"mac\":\"x\"}],\"ips\":[]}",
          "{"
              + interfaces(
                  link("e", "", ""), link("eth0", "x", ""), link("dummy" + SUFFIX, "0", "0"))
              + ",\"ips\":["
              + ip(1, "10.0.0.1/32")
              + "]}",
          "{"
              + interfaces(
                  link("e", "", ""), link("eth0", "2", ""), link("dummy" + SUFFIX, "0", "0"))
              + ",\"ips\":["
              + ip(1, "nonsense")
              + "]}"
        }) {
      assertThat(calls.call("DEL", "a", ",\"prevResult\":" + previous).exitCode())
          .as(previous)
          .isZero();
    }
    assertThat(node.asked).isEmpty();
  }
}
