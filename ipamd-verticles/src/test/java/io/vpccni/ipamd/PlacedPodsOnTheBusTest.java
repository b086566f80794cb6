package io.vpccni.ipamd;

import static io.vpccni.ipamd.RealBus.await;
import static io.vpccni.ipamd.RealBus.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vpccni.ipamd.branch.service.BranchPodsVerticle;
import io.vpccni.ipamd.checkpoint.CheckpointCodec;
import io.vpccni.ipamd.checkpoint.CheckpointDates;
import io.vpccni.ipamd.checkpoint.CheckpointFiles;
import io.vpccni.ipamd.checkpoint.FileCheckpoint;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.dataplane.service.DataplaneVerticle;
import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.CallIds;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.ipamd.pool.service.PoolVerticle;
import io.vpccni.rpc.address.Ip;
import io.vpccni.rpc.time.ElapsedClock;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.Pod;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

  private void deploy(VerticleBase verticle) {
    await(bus.vertx().deployVerticle(verticle));
  }

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
    var pod =
        new Holding(
            new Attachment("a", "eth0", "aws-cni"),
            new PodRef("default", "a"),
            Wiring.UNKNOWN,
            List.of(HeldAddress.unplaced(IP, 0)),
            Optional.empty(),
            Instant.EPOCH);
    Files.writeString(
        folder.resolve("ipam.json"),
        CheckpointCodec.encode(
                CheckpointDates.Dated.withoutBoot(new Durable(List.of(pod), Optional.empty())))
            .get(0));
    var config =
        AgentConfig.parse(Map.of("ENABLE_IPv4", "true", "AGENT_RUN_DIR", folder.toString()))
            .config();
    var clock = ElapsedClock.system();
    deploy(
        new BranchPodsVerticle(
            config.process().checkpoint(), clock, new CheckpointDates(clock, Optional.empty())));
    deploy(new DataplaneVerticle(config));
    deploy(
        new PoolVerticle(
            config,
            new FileCheckpoint(
                new CheckpointFiles(folder.resolve("ipam.json")),
                new CheckpointDates(clock, Optional.empty())),
            clock,
            new CallIds()));
    FakeCloud.tellFacts(bus.vertx());
    until(() -> programmer.asked.stream().anyMatch(Envelope::hasSync));
    assertThat(tables(programmer.asked.getFirst().getSync().getPodsList())).containsExactly(0);

    listing.complete();
    until(() -> programmer.asked.stream().anyMatch(Envelope::hasPlacePods));
    var placed = programmer.asked.stream().filter(Envelope::hasPlacePods).findFirst().orElseThrow();
    assertThat(tables(placed.getPlacePods().getPodsList())).containsExactly(3);
  }
}
