package io.vpccni.ipamd.ec2.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vpccni.ipamd.checkpoint.CheckpointDates;
import io.vpccni.ipamd.checkpoint.CheckpointFiles;
import io.vpccni.ipamd.checkpoint.FileCheckpoint;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.dataplane.DataplaneEndpoints;
import io.vpccni.ipamd.dataplane.DataplaneNews;
import io.vpccni.ipamd.dataplane.DataplaneReply;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.imds.ImdsEndpoints;
import io.vpccni.ipamd.imds.ImdsReply;
import io.vpccni.ipamd.imds.ImdsRequest;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.CallIds;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.Assign;
import io.vpccni.ipamd.pool.PoolMessage.ReadView;
import io.vpccni.ipamd.pool.PoolView;
import io.vpccni.ipamd.pool.service.PoolVerticle;
import io.vpccni.ipamd.retry.Waiting;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.time.ElapsedClock;
import io.vpccni.sim.ec2.SceneCall;
import io.vpccni.sim.http.Gate;
import io.vpccni.sim.http.Servers.Service;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * An instance starts from an image with the checkpoint of another one, which is alive and was about
 * to free an ENI when the image was made.
 */
@ExtendWith(VertxExtension.class)
class ForeignCheckpointOnTheBusTest {
  private static final Attachment POD = new Attachment("a", "eth0", "aws-cni");
  private static final Attachment HERE = new Attachment("here", "eth0", "aws-cni");
  private static final String BOOT_OF_THE_OTHER = "b0";
  private static final String BOOT = "b1";

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  /** Opens the file in a process of the given boot. */
  private FileCheckpoint file(String boot) {
    return new FileCheckpoint(
        new CheckpointFiles(folder.resolve("ipam.json")),
        new CheckpointDates(ElapsedClock.system(), Optional.of(boot)));
  }

  /** Writes what the agent of the living instance knows. */
  private AttachedEni leaveFile(LoopbackNode node) throws IOException {
    var primary = node.describe().getFirst();
    var spare = node.create(3);
    var facts =
        switch (Waiting.done(
            ImdsEndpoints.READ_FACTS.ask(
                node.agentVertx().eventBus(),
                new ImdsRequest.ReadFacts(),
                ImdsEndpoints.DEADLINE))) {
          case ImdsReply.Facts read -> read.facts();
          case ImdsReply.Unavailable no -> throw new AssertionError(no);
        };
    var held = spare.cidrs().getFirst().network();
    file(BOOT_OF_THE_OTHER)
        .save(
            new Durable(
                List.of(
                    new Holding(
                        POD,
                        new PodRef("default", "a"),
                        new Wiring("/run/netns/a", List.of("enia"), Wiring.By.PROGRAMMER),
                        List.of(HeldAddress.unplaced(held.plus(100), 0)),
                        Optional.empty(),
                        Instant.now())),
                Optional.of(
                    new Durable.Agent(
                        Optional.of(facts),
                        Optional.empty(),
                        List.of(
                            new Durable.SavedEni(
                                with(primary, held.plus(50).asCidr()),
                                254,
                                Set.of(),
                                false,
                                Map.of()),
                            new Durable.SavedEni(spare, 2, Set.of(), true, Map.of())),
                        Map.of(),
                        Map.of(),
                        Set.of(),
                        Map.of(),
                        Map.of()))));
    return spare;
  }

  private static AttachedEni with(AttachedEni eni, Cidr free) {
    return new AttachedEni(
        eni.id(),
        eni.mac(),
        eni.place(),
        eni.subnet(),
        eni.subnetCidr(),
        eni.primaryIp(),
        List.of(free),
        eni.kind(),
        eni.standing(),
        eni.tags());
  }

  private static String launch(LoopbackNode node) {
    var before = node.sim.endpoints().imds().keySet();
    var known = Set.copyOf(before);
    node.cloud.perform(
        SceneCall.RunInstances.one("m5.large", node.subnet, List.of(), new TreeMap<>()),
        Instant.now());
    Waiting.within(
        "the new instance's metadata service",
        () -> node.sim.endpoints().imds().size() > known.size());
    return node.sim.endpoints().imds().keySet().stream()
        .filter(id -> !known.contains(id))
        .findFirst()
        .orElseThrow();
  }

  private void startPool(Vertx agent) {
    var bus = agent.eventBus();
    var host = new DataplaneReply.HostApplied(Map.of(), Set.of(), "");
    Waiting.done(
        DataplaneEndpoints.LIST_VETHS.serve(
            bus, _ -> Future.succeededFuture(new DataplaneReply.Veths(List.of(), List.of()))));
    Waiting.done(DataplaneEndpoints.APPLY_HOST.serve(bus, _ -> Future.succeededFuture(host)));
    var config =
        AgentConfig.parse(Map.of("ENABLE_IPv4", "true", "AGENT_RUN_DIR", folder.toString()))
            .config();
    Waiting.done(
        agent.deployVerticle(
            new PoolVerticle(config, file(BOOT), ElapsedClock.system(), new CallIds())));
    DataplaneEndpoints.NEWS.publish(bus, new DataplaneNews.Connected(host));
  }

  private static PoolView view(Vertx agent) {
    return Waiting.done(
        PoolEndpoints.VIEW.ask(agent.eventBus(), new ReadView(), PoolEndpoints.DEADLINE));
  }

  private static List<String> takenAway(LoopbackNode node) {
    return node.cloud.log().entries().stream()
        .map(entry -> entry.action())
        .filter(action -> action.matches("(Detach|Delete|Unassign).*"))
        .toList();
  }

  private static boolean foreign(Vertx agent) {
    return view(agent).conditions().stream()
        .anyMatch(condition -> condition.key().name().equals("CheckpointForeign"));
  }

  @ParameterizedTest(name = "IMDS answers at the start: {0}")
  @ValueSource(booleans = {true, false})
  void theOtherInstanceKeepsItsEni(boolean answers, Vertx outside) throws IOException {
    try (var node = new LoopbackNode(outside, "m5.large").agent()) {
      var spare = leaveFile(node);
      node.crash();
      node.cloud.log().clear();

      var own = launch(node);
      var imds = node.sim.servers().gate(Service.IMDS);
      imds.mode(answers ? Gate.UP : new Gate.Mode.Refusing());
      node.agent(own, settings -> settings);
      startPool(node.agentVertx());
      if (!answers) {
        Waiting.within(
            "the pool has the file, and IMDS is known to be silent",
            () ->
                !view(node.agentVertx()).holdings().isEmpty()
                    && node.conditions.stream()
                        .anyMatch(change -> change.name().equals("ImdsUnreachable")));
        imds.mode(Gate.UP);
      }
      Waiting.within(
          "the file is recognised", () -> !takenAway(node).isEmpty() || foreign(node.agentVertx()));
      Waiting.within(
          "the node's own ENI is in use",
          () ->
              !takenAway(node).isEmpty()
                  || view(node.agentVertx()).enis().stream()
                      .anyMatch(eni -> eni.facts().primary()));

      assertThat(takenAway(node)).isEmpty();
      assertThat(node.attached())
          .as("what the other instance has")
          .anyMatch(eni -> eni.id().equals(spare.id().value()));
      assertThat(view(node.agentVertx()).holdings()).isEmpty();
    }
  }

  private static AssignReply add(Vertx agent) {
    return Waiting.done(
            PoolEndpoints.ASSIGN.ask(
                agent.eventBus(),
                new Assign(
                    new CallIds().next(),
                    HERE,
                    new PodRef("default", "here"),
                    new Wiring("/run/netns/here", List.of("enihere"), Wiring.By.PLUGIN),
                    false),
                PoolEndpoints.ASSIGN_DEADLINE))
        .reply();
  }

  private static List<Attachment> held(Vertx agent) {
    return view(agent).holdings().stream().map(Holding::attachment).toList();
  }

  /**
   * The pod runs here, and only the process that gave it its address knew that from its memory. The
   * other instance's pod has a younger date than this machine's boot, as with a clock that is
   * ahead.
   */
  @ParameterizedTest(name = "IMDS answers at the next start: {0}")
  @ValueSource(booleans = {true, false})
  void aPodThatWasGivenBeforeARestartStays(boolean answers, Vertx outside) throws IOException {
    try (var node = new LoopbackNode(outside, "m5.large").agent()) {
      leaveFile(node);
      node.crash();
      var own = launch(node);
      var imds = node.sim.servers().gate(Service.IMDS);
      imds.mode(new Gate.Mode.Refusing());
      node.agent(own, settings -> settings);
      startPool(node.agentVertx());
      assertThat(add(node.agentVertx())).isInstanceOf(AssignReply.Granted.class);
      assertThat(held(node.agentVertx())).containsExactlyInAnyOrder(POD, HERE);

      node.crash();
      if (answers) imds.mode(Gate.UP);
      node.agent(own, settings -> settings);
      startPool(node.agentVertx());
      if (!answers) {
        Waiting.within("the pool has the file", () -> held(node.agentVertx()).size() == 2);
        imds.mode(Gate.UP);
      }
      Waiting.within("the file is recognised", () -> foreign(node.agentVertx()));
      assertThat(held(node.agentVertx())).containsExactly(HERE);
    }
  }
}
