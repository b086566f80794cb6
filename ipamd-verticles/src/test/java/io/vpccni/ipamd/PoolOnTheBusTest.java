package io.vpccni.ipamd;

import static io.vpccni.ipamd.RealBus.await;
import static io.vpccni.ipamd.RealBus.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vpccni.ipamd.checkpoint.Checkpoint;
import io.vpccni.ipamd.checkpoint.OwnCheckpoint;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.dataplane.DataplaneCalls;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.CallIds;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.AskHealth;
import io.vpccni.ipamd.pool.PoolMessage.Assign;
import io.vpccni.ipamd.pool.PoolMessage.Assigned;
import io.vpccni.ipamd.pool.PoolMessage.Find;
import io.vpccni.ipamd.pool.PoolMessage.Release;
import io.vpccni.ipamd.pool.ReleaseReply;
import io.vpccni.rpc.envelope.EnvelopeServer;
import io.vpccni.rpc.time.ElapsedClock;
import io.vpccni.rpc.wire.netprog.Envelope.BodyCase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * These tests run the pool's and the data plane's verticles together, with a fake cloud and
 * programmer.
 */
class PoolOnTheBusTest {
  private static final Pattern CONTAINER = Pattern.compile("\"containerID\":\"([^\"]+)\"");
  private static final Attachment A = new Attachment("a", "eth0", "aws-cni");

  @RegisterExtension final RealBus bus = new RealBus();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private final CallIds ids = new CallIds();
  private final FakeProgrammer programmer = new FakeProgrammer();
  private final List<String> deployed = new ArrayList<>();

  private final List<AttachedEni> enis = new ArrayList<>(List.of(FakeCloud.PRIMARY));

  @BeforeEach
  void cloud() {
    await(FakeCloud.serve(bus.vertx(), enis));
  }

  private Path socket() {
    return folder.resolve("net-programmer.sock");
  }

  private EnvelopeServer.Listening listen() {
    return await(programmer.listen(bus.vertx(), socket()));
  }

  private void start(Checkpoint checkpoint) {
    var config =
        AgentConfig.parse(
                Map.of(
                    "ENABLE_IPv4", "true",
                    "AGENT_RUN_DIR", folder.toString(),
                    "ADD_WAIT_SECONDS", "1",
                    "IP_COOLDOWN_PERIOD", "0"))
            .config();
    deployed.addAll(
        PoolVerticles.deploy(bus.vertx(), config, checkpoint, ElapsedClock.system(), ids));
    FakeCloud.tellFacts(bus.vertx());
  }

  private Checkpoint files() {
    return PoolVerticles.files(folder);
  }

  private void startAndWait() {
    startAndWait(files());
  }

  private void startAndWait(Checkpoint checkpoint) {
    start(checkpoint);
    until(
        () ->
            await(
                    PoolEndpoints.HEALTH.ask(
                        bus.vertx().eventBus(), new AskHealth(), Duration.ofSeconds(5)))
                .obstacle()
                .isEmpty());
  }

  private Future<Assigned> assign(Attachment attachment) {
    return PoolEndpoints.ASSIGN.ask(
        bus.vertx().eventBus(),
        new Assign(
            ids.next(),
            attachment,
            new PodRef("default", attachment.containerId()),
            new Wiring("/run/netns/x", List.of("eni0"), Wiring.By.PLUGIN),
            false),
        Duration.ofSeconds(10));
  }

  private Optional<Holding> find(Attachment attachment) {
    return await(
            PoolEndpoints.FIND.ask(
                bus.vertx().eventBus(), new Find(attachment), Duration.ofSeconds(5)))
        .holding();
  }

  @Test
  void anAddressIsGivenOnceItIsOnDisk() throws IOException {
    listen();
    startAndWait();
    var assigned = await(assign(A));
    assertThat(assigned.fresh()).isTrue();
    assertThat(assigned.reply()).isInstanceOf(AssignReply.Granted.class);
    assertThat(Files.readString(folder.resolve("ipam.json"))).contains("\"containerID\":\"a\"");
    assertThat(await(assign(A)).fresh()).isFalse();
  }

  @Test
  void theHostIsDescribedBeforeAnythingElseIsAsked() {
    listen();
    startAndWait();
    assertThat(programmer.asked.getFirst().getBodyCase()).isEqualTo(BodyCase.SYNC);
    var host = programmer.asked.getFirst().getSync().getHost();
    assertThat(host.getPrimaryIpv4()).isEqualTo("10.0.0.4");
    assertThat(host.getVpcIpv4CidrsList()).containsExactly("10.0.0.0/16");
  }

  @Test
  void afterARestartThePodStillHasItsAddressAndTheProgrammerIsToldOfIt() {
    listen();
    startAndWait();
    await(assign(A));
    var before = find(A).orElseThrow().addresses();
    stop();
    programmer.asked.clear();
    startAndWait();
    assertThat(find(A).orElseThrow().addresses()).isEqualTo(before);
    var sync = programmer.asked.getFirst().getSync();
    assertThat(sync.getPodsList()).hasSize(1);
    assertThat(sync.getPods(0).getInterfaces(0).getIp())
        .isEqualTo(before.getFirst().ip().toString());
  }

  @Test
  void aReleasedAddressIsNoLongerOnDisk() throws IOException {
    listen();
    startAndWait();
    await(assign(A));
    var reply =
        await(
            PoolEndpoints.RELEASE.ask(
                bus.vertx().eventBus(), new Release(A, List.of("eni0")), Duration.ofSeconds(5)));
    assertThat(reply).isInstanceOf(ReleaseReply.Released.class);
    assertThat(Files.readString(folder.resolve("ipam.json")))
        .doesNotContain("\"containerID\":\"a\"");
  }

  @Test
  void whatCannotBeWrittenIsNotGiven() {
    listen();
    start(new FullDisk());
    var reply = await(assign(A)).reply();
    assertThat(reply).isInstanceOf(AssignReply.Refused.class);
    assertThat(find(A)).isEmpty();
  }

  /** This test works with the real files: one write holds all that came during the one before. */
  @Test
  void addsInParallelShareTheirWritesAndNoneIsAnsweredBeforeItsOwn() {
    int pods = 64;
    enis.set(0, FakeCloud.primaryWith(pods));
    listen();
    var files = files();
    var writes = new AtomicInteger();
    Set<String> onDisk = ConcurrentHashMap.newKeySet();
    startAndWait(
        new OwnCheckpoint() {
          @Override
          public Loaded load() throws IOException {
            return files.load();
          }

          @Override
          public void save(Durable durable) throws IOException {
            files.save(durable);
            writes.incrementAndGet();
            CONTAINER
                .matcher(Files.readString(folder.resolve("ipam.json")))
                .results()
                .forEach(found -> onDisk.add(found.group(1)));
          }
        });
    int before = writes.get();
    var early = new ConcurrentLinkedQueue<String>();
    var calls = new ArrayList<Future<Assigned>>();
    for (int pod = 0; pod < pods; pod++) {
      var id = "pod-" + pod;
      calls.add(
          assign(new Attachment(id, "eth0", "aws-cni"))
              .onSuccess(
                  _ -> {
                    if (!onDisk.contains(id)) early.add(id);
                  }));
    }
    calls.forEach(call -> assertThat(await(call).reply()).isInstanceOf(AssignReply.Granted.class));
    assertThat(early).isEmpty();
    assertThat(onDisk).hasSize(pods);
    assertThat(writes.get() - before).isBetween(1, pods / 8);
  }

  @Test
  void whenNothingIsFreeTheNumbersAreTold() {
    listen();
    startAndWait();
    await(assign(A));
    await(assign(new Attachment("b", "eth0", "aws-cni")));
    var reply = await(assign(new Attachment("c", "eth0", "aws-cni"))).reply();
    assertThat(reply).isInstanceOf(AssignReply.Refused.class);
    assertThat(((AssignReply.Refused) reply).message()).contains("assigned 2, free 0");
  }

  @Test
  void aProgrammerThatComesBackIsToldEverythingAgain() {
    var first = listen();
    startAndWait();
    await(first.socket().close());
    until(() -> list() instanceof DataplaneReply.Unavailable);
    programmer.asked.clear();
    listen();
    until(() -> list() instanceof DataplaneReply.Veths);
    assertThat(programmer.asked.getFirst().getBodyCase()).isEqualTo(BodyCase.SYNC);
  }

  private DataplaneReply list() {
    return await(new DataplaneCalls(bus.vertx().eventBus()).listVeths());
  }

  private void stop() {
    for (var id : deployed) await(bus.vertx().undeploy(id));
    deployed.clear();
  }
}
