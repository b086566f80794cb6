package io.vpccni.ipamd;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.rpc.address.Ip;
import io.vpccni.rpc.wire.cni.AddNetworkReply;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The reference's plugin repeats an ADD for a pod of the reference's checkpoint, which does not say
 * which ENI the address is on. To that plugin 0 is a device and a route table like any other.
 */
class UnplacedAddNetworkTest {
  private static final Ip IP = Ip.parse("10.0.0.20");

  @RegisterExtension final RealBus bus = new RealBus();

  @SuppressWarnings("NullAway.Init")
  private GrpcAgent agent;

  @BeforeEach
  void agent(@TempDir Path folder) throws IOException {
    agent = new GrpcAgent(bus.vertx(), folder);
    UnplacedPod.write(folder, IP);
  }

  @Test
  void whileItsEniIsNotKnownThePluginIsToldNoTable() {
    agent.start();
    assertThat(agent.add("a")).isEqualTo(AddNetworkReply.getDefaultInstance());
    assertThat(agent.view().holdings())
        .as("the pod keeps its address")
        .singleElement()
        .satisfies(kept -> assertThat(kept.addresses().getFirst().ip()).isEqualTo(IP));
  }

  @Test
  void onceItsEniIsKnownThePluginIsToldItsTable() {
    agent.enis.add(FakeCloud.secondaryWith(IP));
    agent.start();
    var given = agent.add("a").getIPAllocationMetadata(0);
    assertThat(given.getIPv4Addr()).isEqualTo(IP.toString());
    assertThat(given.getDeviceNumber()).isEqualTo(2);
    assertThat(given.getRouteTableId()).isEqualTo(3);
  }
}
