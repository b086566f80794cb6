package io.vpccni.ipamd.branch.service;

import static io.vpccni.ipamd.RealBus.await;

import io.vpccni.ipamd.RealBus;
import io.vpccni.ipamd.branch.BranchPods;
import io.vpccni.ipamd.bus.BusMessage;
import io.vpccni.ipamd.bus.Endpoint;
import io.vpccni.ipamd.checkpoint.CheckpointDates;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.BranchEni;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.rpc.address.Ip;
import io.vpccni.rpc.time.ElapsedClock;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The list of pods with branch ENIs on a bus, with clocks that the test sets. */
abstract class BranchPodsBus {
  static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  final AtomicReference<Instant> wallClock = new AtomicReference<>(NOW);

  /** This is the monotonic clock of the verticle under test. */
  final AtomicLong nanos = new AtomicLong();

  @RegisterExtension final RealBus bus = new RealBus();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  static BranchPods.Keep keep(String id) {
    var eni =
        new BranchEni(7, "02:00:00:11:22:33", Ip.parse("10.0.1.1"), "02:00:00:00:00:09", true);
    return new BranchPods.Keep(
        new Attachment(id, "eth0", "aws-cni"),
        new PodRef("default", id),
        new Wiring(
            "/run/netns/" + id, List.of("vlan" + id), Wiring.By.PROGRAMMER, Optional.of(eni)),
        BranchEni.address(Ip.parse("10.0.1.140"), new EniId("eni-abc")));
  }

  String deploy() {
    return deploy(Optional.empty());
  }

  String deploy(Optional<String> boot) {
    var clock = new ElapsedClock(wallClock::get, nanos::get);
    return await(
        bus.vertx()
            .deployVerticle(
                new BranchPodsVerticle(
                    folder.resolve("ipam.json"), clock, new CheckpointDates(clock, boot))));
  }

  <Q extends BusMessage, R extends BusMessage> R ask(Endpoint<Q, R> endpoint, Q asked) {
    return await(endpoint.ask(bus.vertx().eventBus(), asked, BranchPods.DEADLINE));
  }

  List<Holding> all() {
    return ask(BranchPods.ALL, new BranchPods.ReadAll()).holdings();
  }

  static BranchPods.Keep withAddress(BranchPods.Keep asked, String ip) {
    return new BranchPods.Keep(
        asked.attachment(),
        asked.pod(),
        asked.wiring(),
        BranchEni.address(Ip.parse(ip), new EniId("eni-def")));
  }
}
