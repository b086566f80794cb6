package io.vpccni.ipamd;

import static io.vpccni.ipamd.RealBus.await;
import static io.vpccni.ipamd.RealBus.until;

import io.vpccni.ipamd.condition.RaisedConditions;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.imds.ImdsEndpoints;
import io.vpccni.ipamd.imds.ImdsReply;
import io.vpccni.ipamd.pool.CallIds;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.ReadView;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.time.ElapsedClock;
import io.vpccni.rpc.wire.netprog.Envelope;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** News reaches its reader whether it comes before the reader or after what was made without it. */
class NewsOrderOnTheBusTest {
  private static final List<Cidr> CIDRS =
      List.of(Cidr.parse("10.0.0.0/16"), Cidr.parse("10.9.0.0/16"));

  @RegisterExtension final RealBus bus = new RealBus();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private final FakeProgrammer programmer = new FakeProgrammer();

  private void start() {
    var vertx = bus.vertx();
    await(FakeCloud.serve(vertx));
    await(programmer.listen(vertx, folder.resolve("net-programmer.sock")));
    var config =
        AgentConfig.parse(Map.of("ENABLE_IPv4", "true", "AGENT_RUN_DIR", folder.toString()))
            .config();
    PoolVerticles.deploy(
        vertx, config, PoolVerticles.files(folder), ElapsedClock.system(), new CallIds());
    FakeCloud.tellFacts(vertx);
  }

  /** A checkpoint's facts may be older than IMDS's, which come later. */
  @Test
  void theHostIsBroughtInLineWithWhatImdsSays() {
    start();
    until(() -> programmer.asked.stream().anyMatch(Envelope::hasSync));

    var late = FakeCloud.FACTS.withVpcCidrs(CIDRS, List.of());
    ImdsEndpoints.FACTS.publish(bus.vertx().eventBus(), new ImdsReply.Facts(late));
    until(() -> programmer.asked.stream().anyMatch(NewsOrderOnTheBusTest::describesBoth));
  }

  @Test
  void aConditionOfAPartThatStartedFirstReachesThePool() {
    var early = RaisedConditions.on(bus.vertx().eventBus());
    early.raise("ListenerFailed", "0.0.0.0:80", "CannotListen", "denied");
    start();
    until(
        () ->
            await(
                    PoolEndpoints.VIEW.ask(
                        bus.vertx().eventBus(), new ReadView(), Duration.ofSeconds(5)))
                .conditions()
                .stream()
                .anyMatch(condition -> condition.key().name().equals("ListenerFailed")));
  }

  private static boolean describesBoth(Envelope request) {
    return request.hasApplyHost()
        && request
            .getApplyHost()
            .getHost()
            .getVpcIpv4CidrsList()
            .containsAll(CIDRS.stream().map(Cidr::toString).toList());
  }
}
