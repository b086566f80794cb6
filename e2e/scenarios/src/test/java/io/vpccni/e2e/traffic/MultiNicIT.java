package io.vpccni.e2e.traffic;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.vpccni.e2e.testbed.Teardown;
import io.vpccni.e2e.testbed.Testbed;
import io.vpccni.e2e.testbed.TestbedSettings;
import io.vpccni.rpc.address.Cidr;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Pods of an IPv4 cluster have an interface on each network card. */
class MultiNicIT {
  private static final Teardown TEARDOWN = new Teardown();

  private static Testbed testbed;
  private static RemoteHosts elsewhere;

  @BeforeAll
  static void start() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    Runtime.getRuntime().addShutdownHook(new Thread(TEARDOWN::close));
    var settings =
        TestbedSettings.of(1, MultiNicPod.TWO_CARDS, Path.of("target/testbed-logs/multi-nic"))
            .with("ENABLE_MULTI_NIC", "true");
    testbed = new Testbed(settings, TEARDOWN);
    elsewhere = new RemoteHosts(testbed);
    testbed.startAgents();
  }

  @AfterAll
  static void stop() throws IOException {
    if (elsewhere != null) elsewhere.close();
    TEARDOWN.close();
  }

  @Test
  void eachInterfaceSendsByItsOwnCardAndIsReachedByIt() throws IOException {
    var node = testbed.nodes().getFirst();
    var host = elsewhere.host(elsewhere.vpcOf(node.facts()), Cidr.parse("10.0.200.0/24"));
    MultiNicPod.add(testbed, node, "two-cards").check(host);
  }
}
