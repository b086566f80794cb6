package io.vpccni.ipamd;

import static io.vpccni.ipamd.RealBus.await;
import static io.vpccni.ipamd.RealBus.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.pool.CallIds;
import io.vpccni.rpc.address.Ip;
import io.vpccni.rpc.time.ElapsedClock;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.Pod;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The first start on a node of the reference: its file has the pods' addresses, and nothing of the
 * ENIs that they are on.
 */
class PlacedPodsOnTheBusTest {
  private static final Ip IP = Ip.parse("10.0.0.20");

  @RegisterExtension final RealBus bus = new RealBus();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private final FakeProgrammer programmer = new FakeProgrammer();

  private static List<Integer> tables(List<Pod> pods) {
    return pods.stream().map(pod -> pod.getInterfaces(0).getRouteTable()).toList();
  }

  @Test
  void aPodWhoseEniIsNotKnownYetIsSyncedWithoutATableAndPlacedWhenEc2HasListedIt()
      throws Exception {
    var listing = Promise.<Void>promise();
    await(
        FakeCloud.serve(
            bus.vertx(),
            List.of(FakeCloud.PRIMARY, FakeCloud.secondaryWith(IP)),
            Promise.<Ec2Reply.Failed>promise().future(),
            listing.future()));
    await(programmer.listen(bus.vertx(), folder.resolve("net-programmer.sock")));
    UnplacedPod.write(folder, IP);
    var config =
        AgentConfig.parse(Map.of("ENABLE_IPv4", "true", "AGENT_RUN_DIR", folder.toString()))
            .config();
    PoolVerticles.deploy(
        bus.vertx(), config, PoolVerticles.files(folder), ElapsedClock.system(), new CallIds());
    FakeCloud.tellFacts(bus.vertx());
    until(() -> programmer.asked.stream().anyMatch(Envelope::hasSync));
    assertThat(tables(programmer.asked.getFirst().getSync().getPodsList())).containsExactly(0);

    listing.complete();
    until(() -> programmer.asked.stream().anyMatch(Envelope::hasPlacePods));
    var placed = programmer.asked.stream().filter(Envelope::hasPlacePods).findFirst().orElseThrow();
    assertThat(tables(placed.getPlacePods().getPodsList())).containsExactly(3);
  }
}
