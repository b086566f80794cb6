package io.vpccni.netprog.node;

import static io.vpccni.netprog.node.TestNode.await;
import static io.vpccni.netprog.node.TestNode.ip;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.netprog.Wait;
import io.vpccni.netprog.desired.Kernel.Event;
import io.vpccni.netprog.desired.PodState;
import io.vpccni.netprog.desired.PodState.PodInterface;
import io.vpccni.rpc.address.Ip;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A pod is removed cleanly whatever is left of it, and no other one is touched. */
class DetachIT extends NodeTest {
  private static final String MAC0 = "02:00:00:63:53:4c";
  private static final int PODS = 60;

  private String namespace;
  private PodState pod;
  private String without;

  @BeforeEach
  void aPodAndAnother() throws Exception {
    node.primary(MAC0, "10.0.1.10/24");
    await(node.kernel().sync(SampleState.host(MAC0, "10.0.1.10"), List.of(), List.of()));
    await(
        node.kernel()
            .attach(SampleState.pod("other", node.podNamespace(), "eni9", "10.0.1.29", 2)));
    // Later, IPv6's routes would be more than now, whatever a detach leaves.
    node.ipv6IsQuiet();
    without = state();
    namespace = node.podNamespace();
    pod =
        SampleState.pods(
            "mnic",
            namespace,
            List.of(
                new PodInterface("eth0", "eni4927eeeb2a0", Ip.parse("10.0.1.102"), 2),
                new PodInterface("mNicIf1", "eni371892384a4", Ip.parse("10.0.9.40"), 10101)));
  }

  private String state() {
    return String.join(
        "\n",
        NormalizedOutput.plain(node.onNode("rule")),
        NormalizedOutput.plain(node.onNode("route show table all")),
        node.onNode("-br link").replaceAll("(?m) +<.*$", ""));
  }

  private void detachedNothingIsLeft() throws Exception {
    node.detach(pod);
    Wait.until("nothing is left", () -> state().equals(without));
    assertThat(node.detach(pod)).as("once more").isEmpty();
    assertThat(state()).isEqualTo(without);
  }

  @Test
  void oneThatNeverWasThere() throws Exception {
    detachedNothingIsLeft();
  }

  @Test
  void oneWhoseNamespaceIsGoneAndItsLinksWithIt() throws Exception {
    await(node.kernel().attach(pod));
    ip("netns del " + namespace);
    ip("netns add " + namespace);
    Wait.until("its links are gone", () -> !node.onNode("link").contains("eni4927eeeb2a0"));
    assertThat(node.onNode("rule")).contains("10.0.1.102", "10.0.9.40");
    detachedNothingIsLeft();
  }

  @Test
  void oneThatIsHalfThere() throws Exception {
    for (var half :
        List.of(
            List.of("rule add prio 512 to 10.0.1.102 lookup main"),
            List.of("rule add prio 1536 from 10.0.9.40 lookup 10101"),
            List.of("link add eni4927eeeb2a0 type veth peer name eth0 netns " + namespace),
            List.of(
                "link add eni371892384a4 type veth peer name mNicIf1 netns " + namespace,
                "link set eni371892384a4 up",
                "route add 10.0.9.40 dev eni371892384a4 scope link"))) {
      half.forEach(node::onNode);
      detachedNothingIsLeft();
    }
  }

  @Test
  void oneOfAFormerLifeBeforeAndAfterTheSync() throws Exception {
    await(node.kernel().attach(pod));
    node.restart();
    detachedNothingIsLeft();

    await(node.kernel().attach(pod));
    node.restart();
    var known = SampleState.asFromACheckpoint(pod);
    await(node.kernel().sync(SampleState.host(MAC0, "10.0.1.10"), List.of(known), List.of()));
    detachedNothingIsLeft();
  }

  /** The kernel waits some 20 ms for each deletion of a link; a group shares the wait. */
  @Test
  void nobodyWaitsForTheLinksAndTheyGoInGroups() throws Exception {
    var pods = new ArrayList<PodState>();
    var namespaces = node.podNamespaces(PODS);
    for (int i = 0; i < PODS; i++) {
      var name = "eni%011x".formatted(i);
      pods.add(SampleState.pod("p" + i, namespaces.get(i), name, "10.0.2." + i, 2));
      await(node.kernel().attach(pods.get(i)));
    }
    int there = 0;
    var names = new TreeSet<String>();
    for (var leaving : pods) {
      var pending = node.detach(leaving);
      there += deleted().containsAll(pending) ? 0 : 1;
      names.addAll(pending);
    }
    assertThat(there).as("answered before their link was gone").isGreaterThan(PODS * 9 / 10);
    Wait.until("all are told", () -> deleted().equals(names));
    assertThat(names).hasSize(PODS);
    assertThat(groups()).as("groups").hasSizeLessThan(PODS / 2);
    assertThat(state()).isEqualTo(without);
  }

  private List<List<String>> groups() {
    return node.events.stream()
        .filter(Event.VethsDeleted.class::isInstance)
        .map(event -> ((Event.VethsDeleted) event).names())
        .toList();
  }

  private Set<String> deleted() {
    return groups().stream().flatMap(List::stream).collect(Collectors.toCollection(TreeSet::new));
  }
}
