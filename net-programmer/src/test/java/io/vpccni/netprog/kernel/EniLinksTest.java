package io.vpccni.netprog.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.netprog.desired.Mac;
import io.vpccni.netprog.netlink.Link;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EniLinksTest {
  private static final Mac MAC = new Mac(7);
  private static final Link ENI = link(20, "ens6", 0, 0, "");

  private static Link link(int index, String name, int lower, int master, String kind) {
    return new Link(index, name, Optional.of(MAC), 9001, true, lower, -1, master, kind);
  }

  private static void assertFound(Link expected, List<Link> links) {
    var shuffled = new ArrayList<>(links);
    for (int seed = 0; seed < 30; seed++) {
      Collections.shuffle(shuffled, new Random(seed));
      assertThat(EniLinks.withMac(shuffled, MAC)).contains(expected);
    }
  }

  @Test
  void whatIsStackedOnTheEniIsNotTheEniWhateverItsIndexIs() {
    for (var kind : List.of("vlan", "ipvlan", "macvlan", "")) {
      assertFound(ENI, List.of(link(3, "top", 20, 0, kind), ENI, link(30, "top2", 20, 0, kind)));
    }
  }

  @Test
  void aBridgeOrBondOfTheEniIsNotTheEni() {
    for (var kind : List.of("bridge", "bond", "team", "")) {
      var port = link(20, "ens6", 0, 3, "");
      assertFound(port, List.of(link(3, "br0", 0, 0, kind), port));
    }
  }

  @Test
  void hardwareIsPreferredToAnythingElseWithTheMac() {
    assertFound(ENI, List.of(link(3, "br0", 0, 0, "bridge"), link(4, "tap", 0, 0, "tun"), ENI));
  }

  @Test
  void aVethStandsForAnEniInASimulation() {
    var veth = link(5, "eth1", 4, 0, "veth");
    assertFound(veth, List.of(veth, link(4, "vlan.eth.7", 5, 0, "vlan")));
  }

  @Test
  void aLowerLinkInAnotherNamespaceIsNotThisOne() {
    var veth = new Link(5, "eth1", Optional.of(MAC), 9001, true, 20, 3, 0, "macvlan");
    assertFound(ENI, List.of(veth, ENI));
  }

  @Test
  void nothingIsFoundForAnUnknownMac() {
    assertThat(EniLinks.withMac(List.of(ENI), new Mac(8))).isEmpty();
  }
}
