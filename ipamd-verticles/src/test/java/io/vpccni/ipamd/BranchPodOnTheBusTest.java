package io.vpccni.ipamd;

import static io.vpccni.ipamd.RealBus.await;
import static io.vpccni.ipamd.RealBus.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vpccni.ipamd.branch.service.BranchPodsVerticle;
import io.vpccni.ipamd.branch.service.TrunkVerticle;
import io.vpccni.ipamd.calls.CallsVerticle;
import io.vpccni.ipamd.checkpoint.CheckpointDates;
import io.vpccni.ipamd.checkpoint.CheckpointFiles;
import io.vpccni.ipamd.checkpoint.FileCheckpoint;
import io.vpccni.ipamd.config.AgentConfig;
import io.vpccni.ipamd.dataplane.service.DataplaneVerticle;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.kubernetes.KubernetesReply;
import io.vpccni.ipamd.kubernetes.KubernetesRequest;
import io.vpccni.ipamd.pod.LinkNames;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pool.CallIds;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.PoolEndpoints;
import io.vpccni.ipamd.pool.PoolMessage.ReadView;
import io.vpccni.ipamd.pool.service.PoolVerticle;
import io.vpccni.rpc.time.ElapsedClock;
import io.vpccni.rpc.wire.netprog.BranchEni;
import io.vpccni.rpc.wire.netprog.Envelope;
import io.vpccni.rpc.wire.netprog.Envelope.BodyCase;
import io.vpccni.rpc.wire.netprog.HostVeth;
import io.vpccni.rpc.wire.netprog.Pod;
import io.vpccni.rpc.wire.netprog.PodInterface;
import io.vpccni.rpc.wire.netprog.PodSecurityGroupMode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * A pod with a branch ENI from the runtime's call to the message for net-programmer, on real
 * sockets: what the kernel is asked for, where the kernel at hand may have no VLANs.
 */
class BranchPodOnTheBusTest {
  private static final String VETH =
      LinkNames.hostVeth("vlan", new PodRef("default", "sgp-pod"), 0);
  private static final Pod HOST_PART =
      Pod.newBuilder()
          .setContainerId("c1")
          .setIfName("eth0")
          .setPodNamespace("default")
          .setPodName("sgp-pod")
          .addInterfaces(
              PodInterface.newBuilder()
                  .setIfName("eth0")
                  .setHostVeth(VETH)
                  .setIp("10.0.1.140")
                  .setRouteTable(107))
          .setBranchEni(
              BranchEni.newBuilder()
                  .setVlanId(7)
                  .setMac("02:00:00:11:22:33")
                  .setGateway("10.0.1.1")
                  .setTrunkMac(FakeCloud.TRUNK.mac())
                  .setMode(PodSecurityGroupMode.STRICT))
          .setMtu(9001)
          .build();

  @RegisterExtension final RealBus bus = new RealBus();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private final FakeProgrammer programmer = new FakeProgrammer();
  private final List<AttachedEni> enis =
      new CopyOnWriteArrayList<>(List.of(FakeCloud.PRIMARY, FakeCloud.TRUNK));
  private final List<KubernetesRequest> written = new CopyOnWriteArrayList<>();
  private final List<String> deployed = new ArrayList<>();

  @BeforeEach
  void surroundings() {
    await(FakeCloud.serve(bus.vertx(), enis));
    await(
        AnyQuestion.ofKubernetes(
            bus.vertx().eventBus(), asked -> Future.succeededFuture(kubernetes(asked))));
    await(programmer.listen(bus.vertx(), folder.resolve("net-programmer.sock")));
  }

  private KubernetesReply kubernetes(KubernetesRequest asked) {
    if (asked instanceof KubernetesRequest.AddFeature) {
      written.add(asked);
      return new KubernetesReply.Written();
    }
    if (asked.equals(new KubernetesRequest.ReadPod("default", "plain", "u1"))) {
      return new KubernetesReply.Pod("u1", Map.of(), Map.of(), Set.of("cpu"));
    }
    return new KubernetesReply.Pod(
        "u1",
        Map.of(),
        Map.of(
            "vpc.amazonaws.com/pod-eni",
            """
            [{"eniId":"eni-abc","ifAddress":"02:00:00:11:22:33","privateIp":"10.0.1.140",
              "vlanId":7,"subnetCidr":"10.0.1.0/24"}]"""),
        Set.of("vpc.amazonaws.com/pod-eni"));
  }

  private void start() {
    start("false");
  }

  private void start(String egress) {
    var config =
        AgentConfig.parse(
                Map.of(
                    "ENABLE_IPv4",
                    "true",
                    "ENABLE_POD_ENI",
                    "true",
                    "ENABLE_V6_EGRESS",
                    egress,
                    "CNI_STATUS_MODE",
                    "strict",
                    "AGENT_RUN_DIR",
                    folder.toString()))
            .config();
    var ids = new CallIds();
    var clock = ElapsedClock.system();
    var checkpoint = config.process().checkpoint();
    var self = Set.of(FakeProgrammer.uid());
    deploy(new CallsVerticle(config, ids, clock, self, self));
    deploy(new BranchPodsVerticle(checkpoint, clock, new CheckpointDates(clock, Optional.empty())));
    deploy(new DataplaneVerticle(config));
    deploy(
        new PoolVerticle(
            config,
            new FileCheckpoint(
                new CheckpointFiles(checkpoint), new CheckpointDates(clock, Optional.empty())),
            clock,
            ids));
    deploy(new TrunkVerticle(config));
    FakeCloud.tellFacts(bus.vertx());
    until(() -> call("STATUS").isEmpty());
  }

  private void deploy(VerticleBase verticle) {
    deployed.add(await(bus.vertx().deployVerticle(verticle)));
  }

  private void restart() {
    for (var id : deployed) await(bus.vertx().undeploy(id));
    deployed.clear();
    programmer.asked.clear();
    start();
  }

  private Envelope asked(BodyCase body) {
    return programmer.asked.stream()
        .filter(envelope -> envelope.getBodyCase() == body)
        .findFirst()
        .orElseThrow(() -> new AssertionError(body + " was not asked: " + programmer.asked));
  }

  @Test
  void everyFieldThatTheKernelNeedsIsInTheMessage() {
    start();
    assertThat(call("ADD")).contains("10.0.1.140/32", VETH, "\"mac\": \"7\"");
    assertThat(asked(BodyCase.ATTACH_POD).getAttachPod().getPod())
        .isEqualTo(HOST_PART.toBuilder().setNetns("/run/netns/c1").build());
    assertThat(call("CHECK")).as("a fake that refuses").contains("check cmd");
    assertThat(asked(BodyCase.CHECK_POD).getCheckPod().getPod())
        .isEqualTo(HOST_PART.toBuilder().setNetns("/run/netns/c1").build());
    assertThat(call("DEL")).isEmpty();
    assertThat(asked(BodyCase.DETACH_POD).getDetachPod().getPod()).isEqualTo(HOST_PART);
  }

  @Test
  void aPodWithABranchEniGetsNoEgressPastItsSecurityGroups() {
    start("true");
    call("ADD", "plain");
    assertThat(asked(BodyCase.ATTACH_POD).getAttachPod().getPod().hasEgress())
        .as("a pod with an address of the pool")
        .isTrue();
    programmer.asked.clear();
    assertThat(call("ADD")).doesNotContain("v6if0");
    assertThat(asked(BodyCase.ATTACH_POD).getAttachPod().getPod())
        .isEqualTo(HOST_PART.toBuilder().setNetns("/run/netns/c1").build());
  }

  /**
   * The pool and the list of branch pods do not know of each other, and the kernel would refuse.
   */
  @Test
  void oneInterfaceOfAContainerHasAnAddressOfThePoolOrABranchEni() {
    start();
    var client = new CniClient(folder.resolve("cni.sock"));
    assertThat(client.call("ADD", "plain", "c2")).contains("10.0.0.");
    programmer.asked.clear();
    assertThat(client.call("ADD", "sgp-pod", "c2"))
        .contains("the container's interface eth0 has the address 10.0.0.")
        .contains("one of the node's own ENIs: end that attachment first");
    assertThat(call("ADD")).contains("10.0.1.140/32");
    assertThat(client.call("ADD", "plain", "c1"))
        .contains("the container's interface eth0 has the address 10.0.1.140 already")
        .contains("that of a branch ENI: end that attachment first");
    assertThat(programmer.asked.stream().filter(Envelope::hasAttachPod))
        .as("the kernel is asked for the branch pod only")
        .hasSize(1);
  }

  @Test
  void theTrunkIsSetUpAsOne() {
    start();
    until(
        () ->
            programmer.asked.stream()
                .flatMap(
                    envelope ->
                        java.util.stream.Stream.concat(
                            envelope.getSync().getHost().getEnisList().stream(),
                            envelope.getApplyHost().getHost().getEnisList().stream()))
                .anyMatch(eni -> eni.getTrunk() && eni.getMac().equals(FakeCloud.TRUNK.mac())));
  }

  @Test
  void aTrunkThatIsNotThereIsAskedForAndTold() {
    enis.remove(FakeCloud.TRUNK);
    start();
    until(() -> !written.isEmpty());
    assertThat(written)
        .first()
        .isEqualTo(new KubernetesRequest.AddFeature("SecurityGroupsForPods", ""));
    until(() -> conditions().stream().anyMatch(one -> one.key().name().equals("NoTrunkEni")));
  }

  @Test
  void aTrunkThatIsThereIsNotAskedFor() {
    start();
    assertThat(call("ADD")).contains("10.0.1.140/32");
    assertThat(written).isEmpty();
    assertThat(conditions()).noneMatch(one -> one.key().name().equals("NoTrunkEni"));
  }

  @Test
  void afterARestartTheProgrammerIsToldOfThePodAndItsEndIsKnown() {
    start();
    call("ADD");
    restart();
    assertThat(asked(BodyCase.SYNC).getSync().getPodsList()).containsExactly(HOST_PART);
    programmer.asked.clear();
    assertThat(call("DEL")).isEmpty();
    assertThat(asked(BodyCase.DETACH_POD).getDetachPod().getPod()).isEqualTo(HOST_PART);
    restart();
    assertThat(asked(BodyCase.SYNC).getSync().getPodsList()).isEmpty();
  }

  @Test
  void itsAddressIsReportedAsNobodysByNobody() {
    programmer.veths.add(HostVeth.newBuilder().setName(VETH).addRouted("10.0.1.140").build());
    programmer.veths.add(HostVeth.newBuilder().setName("enix").addRouted("10.9.9.9").build());
    start();
    call("ADD");
    restart();
    until(() -> subjects().contains("10.9.9.9"));
    assertThat(subjects()).doesNotContain("10.0.1.140");
  }

  private List<String> subjects() {
    return conditions().stream().map(condition -> condition.key().subject()).toList();
  }

  private List<Condition> conditions() {
    return await(
            PoolEndpoints.VIEW.ask(bus.vertx().eventBus(), new ReadView(), Duration.ofSeconds(5)))
        .conditions();
  }

  /** Returns what the executable would print. */
  private String call(String command) {
    return call(command, "sgp-pod");
  }

  private String call(String command, String pod) {
    var id = pod.equals("sgp-pod") ? "c1" : pod;
    return new CniClient(folder.resolve("cni.sock")).call(command, pod, id);
  }
}
