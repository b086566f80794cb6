package io.vpccni.ipamd;

import static io.vpccni.ipamd.RealBus.await;
import static io.vpccni.ipamd.RealBus.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vpccni.ipamd.calls.CallsVerticle;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.imds.ImdsEndpoints;
import io.vpccni.ipamd.imds.ImdsReply;
import io.vpccni.ipamd.pool.CallIds;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.ReadView;
import io.vpccni.rpc.time.ElapsedClock;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * The first start of a node on which IMDS does not answer. net-programmer is there, and to blame
 * its connection would send people to the wrong place.
 */
class NoImdsOnTheBusTest {
  private static final String CAUSE = "IMDS does not answer";

  @RegisterExtension final RealBus bus = new RealBus();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private void deploy(VerticleBase verticle) {
    await(bus.vertx().deployVerticle(verticle));
  }

  @BeforeEach
  void agent() {
    var vertx = bus.vertx();
    var unavailable = new ImdsReply.Unavailable("connection refused");
    await(
        Future.all(
            ImdsEndpoints.READ_FACTS.serve(
                vertx.eventBus(), _ -> Future.succeededFuture(unavailable)),
            ImdsEndpoints.READ_ATTACHED.serve(
                vertx.eventBus(), _ -> Future.succeededFuture(unavailable))));
    await(new FakeProgrammer().listen(vertx, folder.resolve("net-programmer.sock")));
    var config =
        AgentConfig.parse(
                Map.of(
                    "ENABLE_IPv4", "true",
                    "ADD_WAIT_SECONDS", "1",
                    "AGENT_RUN_DIR", folder.toString()))
            .config();
    var clock = ElapsedClock.system();
    var ids = new CallIds();
    PoolVerticles.deploy(vertx, config, PoolVerticles.files(folder), clock, ids);
    var self = Set.of(FakeProgrammer.uid());
    deploy(new CallsVerticle(config, ids, clock, self, self));
  }

  private List<String> detailsOfUnreachableDataplane() {
    return await(
            PoolEndpoints.VIEW.ask(bus.vertx().eventBus(), new ReadView(), PoolEndpoints.DEADLINE))
        .conditions()
        .stream()
        .filter(known -> known.key().name().equals(Condition.Name.DATAPLANE_UNREACHABLE.text()))
        .map(Condition::detail)
        .toList();
  }

  @Test
  void addStatusAndTheConditionSayThatImdsIsMissing() {
    until(() -> !detailsOfUnreachableDataplane().isEmpty());
    assertThat(detailsOfUnreachableDataplane()).allMatch(detail -> detail.contains(CAUSE));
    var runtime = new CniClient(folder.resolve("cni.sock"));
    assertThat(runtime.call("STATUS", "x", "x")).contains(CAUSE).doesNotContain("not connected");
    assertThat(runtime.call("ADD", "a", "a")).contains(CAUSE).doesNotContain("not connected");
  }
}
