package io.vpccni.ipamd;

import static io.vpccni.ipamd.RealBus.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vpccni.ipamd.checkpoint.Checkpoint;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.CallIds;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.Assign;
import io.vpccni.ipamd.pool.PoolMessage.Assigned;
import io.vpccni.ipamd.pool.PoolMessage.AwaitSaved;
import io.vpccni.ipamd.pool.PoolMessage.Find;
import io.vpccni.ipamd.pool.PoolMessage.Release;
import io.vpccni.ipamd.pool.PoolMessage.Saved;
import io.vpccni.ipamd.pool.ReleaseReply;
import io.vpccni.rpc.time.ElapsedClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The pool's verticle reserves an address first, and says later what became of its entry. */
class WiredMeanwhileOnTheBusTest {
  private static final Duration WITHIN = Duration.ofSeconds(10);
  private static final Attachment A = new Attachment("a", "eth0", "aws-cni");

  @RegisterExtension final RealBus bus = new RealBus();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private final Assign asked =
      new Assign(
          new CallIds().next(),
          A,
          new PodRef("default", "a"),
          new Wiring("/run/netns/a", List.of("eni0"), Wiring.By.PROGRAMMER),
          false);

  @BeforeEach
  void surroundings() {
    await(FakeCloud.serve(bus.vertx(), new ArrayList<>(List.of(FakeCloud.PRIMARY))));
    await(new FakeProgrammer().listen(bus.vertx(), folder.resolve("net-programmer.sock")));
  }

  private void start(Checkpoint checkpoint) {
    var settings = Map.of("ENABLE_IPv4", "true", "AGENT_RUN_DIR", folder.toString());
    var config = AgentConfig.parse(settings).config();
    PoolVerticles.deploy(bus.vertx(), config, checkpoint, ElapsedClock.system(), new CallIds());
    FakeCloud.tellFacts(bus.vertx());
  }

  private Future<Assigned> assign() {
    return PoolEndpoints.ASSIGN.ask(bus.vertx().eventBus(), asked, WITHIN);
  }

  private Future<Saved> saved() {
    return PoolEndpoints.SAVED.ask(bus.vertx().eventBus(), new AwaitSaved(asked.call()), WITHIN);
  }

  private Optional<Holding> held() {
    return await(PoolEndpoints.FIND.ask(bus.vertx().eventBus(), new Find(A), WITHIN)).holding();
  }

  @Test
  void whatIsReservedIsGrantedOnceItIsOnDisk() throws IOException {
    start(PoolVerticles.files(folder));
    assertThat(await(assign()).reply()).isInstanceOf(AssignReply.Reserved.class);
    assertThat(await(saved()).reply()).isInstanceOf(AssignReply.Granted.class);
    assertThat(Files.readString(folder.resolve("ipam.json"))).contains("\"containerID\":\"a\"");
  }

  /** Its address stays the pod's until what was wired meanwhile is gone from the kernel. */
  @Test
  void whatCannotBeWrittenIsTakenBackByItsCaller() {
    start(new FullDisk());
    assertThat(await(assign()).reply()).isInstanceOf(AssignReply.Reserved.class);
    assertThat(await(saved()).reply())
        .isInstanceOfSatisfying(
            AssignReply.Refused.class,
            refused -> assertThat(refused.message()).contains("disk full"));
    assertThat(held()).isPresent();
    var released =
        PoolEndpoints.RELEASE.ask(bus.vertx().eventBus(), new Release(A, List.of()), WITHIN);
    assertThat(await(released)).isInstanceOf(ReleaseReply.Released.class);
    assertThat(held()).isEmpty();
  }

  @Test
  void whatWasNeverReservedIsNotWaitedFor() {
    start(PoolVerticles.files(folder));
    assertThat(await(saved().otherwiseEmpty())).isNull();
  }
}
