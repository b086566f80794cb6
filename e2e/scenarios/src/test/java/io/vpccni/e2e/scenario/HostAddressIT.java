package io.vpccni.e2e.scenario;

import static io.vpccni.e2e.scenario.Checks.pings;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.e2e.testbed.Introspection;
import io.vpccni.e2e.testbed.Node;
import io.vpccni.e2e.testbed.Pod;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.Wait;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.rpc.wire.introspection.CardPool;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Another program gives addresses of the pool to a link of the node, as software that configures
 * every address of an ENI does.
 */
@ExtendWith(TestbedExtension.class)
class HostAddressIT {
  private static final Introspection INTROSPECTION = new Introspection();
  private static final Duration PATIENCE = Checks.PATIENCE.multipliedBy(3);

  @AfterAll
  static void close() {
    INTROSPECTION.close();
  }

  @Test
  void noPodGetsAnAddressThatTheNodeHasItself(Testbed testbed) throws IOException {
    var node = testbed.nodes().get(1);
    var taken = freeAddress(node);
    var pods = new ArrayList<Pod>();
    node.run("ip", "addr", "add", taken + "/32", "dev", "eth0");
    try {
      Wait.until("it is noticed", PATIENCE, () -> quarantined(node) == 1);
      assertThat(conditions(node)).contains("AddressQuarantined " + taken + " HostAddress");
      // More pods than there were free addresses, or as many as the node can have without this one:
      // each free address is given away.
      int most = Math.min(pool(node).getFree() + 3, pool(node).getLimit() - 1);
      for (int pod = 0; pod < most; pod++) {
        pods.add(testbed.pods().addPatiently(node, "beside-the-host-" + pod));
      }
      assertThat(pods).extracting(Pod::ip).doesNotContain(taken);
      Checks.noAddressTwice(pods);
      for (var pod : pods) assertThat(pings(node, pod.ip())).as(pod.name()).isTrue();
    } finally {
      node.run("ip", "addr", "del", taken + "/32", "dev", "eth0");
      for (var pod : pods) Checks.remove(pod, testbed);
    }
    Wait.until("it is free again", PATIENCE, () -> quarantined(node) == 0);
    assertThat(conditions(node)).noneMatch(line -> line.startsWith("AddressQuarantined"));
  }

  @Test
  void aPodWhoseAddressAppearsOnTheNodeIsReportedUntilItIsRemoved(Testbed testbed)
      throws IOException {
    var node = testbed.nodes().get(1);
    var pod = testbed.pods().addPatiently(node, "beside-itself");
    var address = pod.ip() + "/32";
    node.run("ip", "addr", "add", address, "dev", "eth0");
    try {
      Wait.until(
          "it is told",
          PATIENCE,
          () -> conditions(node).contains("AddressOnHost " + pod.ip() + " HostAddress"));
    } finally {
      node.run("ip", "addr", "del", address, "dev", "eth0");
    }
    Wait.until(
        "it is no longer told",
        PATIENCE,
        () -> conditions(node).stream().noneMatch(line -> line.startsWith("AddressOnHost")));
    assertThat(pings(node, pod.ip())).isTrue();
    Checks.remove(pod, testbed);
  }

  /** Finds an address of the primary ENI that no pod has had lately. */
  private static Ip freeAddress(Node node) throws IOException {
    // What a test before has left may be cooling down, or on its way back to EC2.
    Wait.until(
        "each address of the pool is free",
        Checks.PATIENCE.multipliedBy(9),
        () -> {
          var pool = pool(node);
          return pool.getTotal() >= 9 && pool.getFree() == pool.getTotal();
        });
    return INTROSPECTION.enis(node).stream()
        .filter(eni -> eni.getPrimary())
        .flatMap(eni -> eni.getCidrsList().stream())
        .map(Cidr::parse)
        .filter(Cidr::single)
        .map(Cidr::network)
        .findFirst()
        .orElseThrow();
  }

  private static CardPool pool(Node node) throws IOException {
    return INTROSPECTION.pool(node).getCards(0);
  }

  private static int quarantined(Node node) throws IOException {
    return pool(node).getQuarantined();
  }

  private static List<String> conditions(Node node) throws IOException {
    return INTROSPECTION.pool(node).getConditionsList().stream()
        .map(one -> one.getName() + " " + one.getSubject() + " " + one.getReason())
        .toList();
  }
}
