package io.vpccni.netprog.node;

import static io.vpccni.netprog.node.SampleState.pod;
import static io.vpccni.netprog.node.TestNode.await;
import static io.vpccni.netprog.node.TestNode.ip;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tests what CHECK says about a damaged pod. The host's side is repaired before anybody asks
 * (DriftIT); the pod's own namespace is not, since it belongs to the pod.
 */
class PodCheckIT extends NodeTest {

  @ParameterizedTest(name = "ip {0}: {1}")
  @CsvSource({
    "addr del 10.0.1.20/32 dev eth0,     pod: address 10.0.1.20",
    "route del default,                  pod: route",
    "route del 169.254.1.1 dev eth0,     pod: route",
    "neigh del 169.254.1.1 dev eth0,     pod: neighbour 169.254.1.1",
    "link set eth0 down,                 pod: link eth0 is down",
    "link set eth0 name eth7,            pod: link eth0 is missing",
    "link del eth0,                      link eniaaaaaaaaaaa is missing on the host",
  })
  void whatIsWrongIsNamed(String command, String expected) throws Exception {
    var namespace = node.podNamespace();
    var pod = pod("a", namespace, "eniaaaaaaaaaaa", "10.0.1.20", 3);
    await(node.kernel().attach(pod));
    assertThat(await(node.kernel().check(pod))).isEmpty();

    // Only a link that is down can be renamed.
    if (command.contains(" name ")) ip("-n " + namespace + " link set eth0 down");
    ip("-n " + namespace + " " + command);

    assertThat(await(node.kernel().check(pod)))
        .anySatisfy(complaint -> assertThat(complaint).startsWith(expected));
  }
}
