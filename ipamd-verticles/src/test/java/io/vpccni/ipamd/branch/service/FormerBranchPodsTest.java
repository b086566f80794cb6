package io.vpccni.ipamd.branch.service;

import static io.vpccni.ipamd.RealBus.await;
import static io.vpccni.ipamd.RealBus.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.branch.BranchPods;
import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.dataplane.DataplaneEndpoints;
import io.vpccni.ipamd.dataplane.DesiredReplaced;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.ipamd.imds.ImdsEndpoints;
import io.vpccni.ipamd.imds.ImdsReply;
import io.vpccni.ipamd.pod.Holding;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/** The list of pods with branch ENIs after a restart, and on another instance than wrote it. */
class FormerBranchPodsTest extends BranchPodsBus {
  /** Otherwise an old sandbox would seem newer than the one that has its link now. */
  @Test
  void aWallClockThatWasSetBackMeanwhileMakesNoPodYounger() {
    var boot = Optional.of("b1");
    var first = deploy(boot);
    ask(BranchPods.KEEP, keep("a"));
    await(bus.vertx().undeploy(first));
    nanos.addAndGet(Duration.ofMinutes(10).toNanos());
    wallClock.set(NOW.minus(Duration.ofHours(5)));
    deploy(boot);
    assertThat(all())
        .extracting(Holding::assignedAt)
        .containsExactly(wallClock.get().minus(Duration.ofMinutes(10)));
  }

  private void identify(String instance) {
    ImdsEndpoints.FACTS.publish(bus.vertx().eventBus(), new ImdsReply.Facts(facts(instance)));
  }

  private static NodeFacts facts(String instance) {
    return new NodeFacts(
        new NodeFacts.Instance(instance, "m5.large", "eu-west-1", "eu-west-1a"),
        new NodeFacts.Vpc("vpc-1", List.of(), List.of()),
        new NodeFacts.Primary(
            new EniId("eni-1"),
            "02:00:00:00:00:01",
            new SubnetId("subnet-1"),
            Optional.empty(),
            Optional.empty()));
  }

  private void restart(String deployed, String instance) {
    await(bus.vertx().undeploy(deployed));
    deploy();
    identify(instance);
  }

  @Test
  void theListOfAnotherInstanceIsNotActedOn() throws IOException {
    var conditions = new CopyOnWriteArrayList<ConditionChanged>();
    var resyncs = new CopyOnWriteArrayList<DesiredReplaced>();
    await(ConditionChanged.TOPIC.hear(bus.vertx().eventBus(), conditions::add));
    await(DataplaneEndpoints.RESYNC.hear(bus.vertx().eventBus(), resyncs::add));
    var first = deploy();
    identify("i-1");
    ask(BranchPods.KEEP, keep("a"));
    await(bus.vertx().undeploy(first));
    var written = Files.readString(folder.resolve(BranchFile.NAME));

    var second = deploy();
    ask(BranchPods.KEEP, withAddress(keep("b"), "10.0.1.141"));
    identify("i-2");
    until(() -> !resyncs.isEmpty());
    assertThat(all())
        .as("what was added since the start runs here")
        .extracting(pod -> pod.pod().name())
        .containsExactly("b");
    assertThat(conditions)
        .singleElement()
        .satisfies(
            told -> {
              assertThat(told.name()).isEqualTo("CheckpointForeign");
              assertThat(told.detail()).contains("i-1", "i-2", "branch-pods.json.of-i-1");
            });
    until(() -> Files.exists(folder.resolve("branch-pods.json.of-i-1")));
    assertThat(folder.resolve("branch-pods.json.of-i-1"))
        .content()
        .contains("\"containerID\": \"a\"");
    assertThat(written).contains("\"instanceId\": \"i-1\"");

    until(() -> isWrittenBy("i-2"));
    restart(second, "i-2");
    assertThat(all()).extracting(pod -> pod.pod().name()).containsExactly("b");
    assertThat(resyncs).as("it is the node's own now").hasSize(1);
  }

  /** Only the process that added it knew from its memory that it runs here. */
  @Test
  void aPodThatWasAddedBeforeARestartStays() {
    var other = deploy(Optional.of("b0"));
    identify("i-1");
    ask(BranchPods.KEEP, keep("a"));
    until(() -> isWrittenBy("i-1"));
    await(bus.vertx().undeploy(other));

    var first = deploy(Optional.of("b1"));
    ask(BranchPods.KEEP, withAddress(keep("b"), "10.0.1.141"));
    await(bus.vertx().undeploy(first));
    deploy(Optional.of("b1"));
    assertThat(all()).hasSize(2);
    identify("i-2");
    until(() -> all().size() < 2);
    assertThat(all()).extracting(pod -> pod.pod().name()).containsExactly("b");
  }

  @Test
  void aListThatNamesNoInstanceIsOurs() throws IOException {
    var first = deploy();
    ask(BranchPods.KEEP, keep("a"));
    assertThat(Files.readString(folder.resolve(BranchFile.NAME)))
        .as("as an earlier version wrote it")
        .doesNotContain("instanceId", "boot");
    restart(first, "i-1");
    until(() -> isWrittenBy("i-1"));
    assertThat(all()).hasSize(1);
  }

  private boolean isWrittenBy(String instance) {
    try {
      return Files.readString(folder.resolve(BranchFile.NAME))
          .contains("\"instanceId\": \"" + instance + "\"");
    } catch (IOException gone) {
      return false;
    }
  }
}
