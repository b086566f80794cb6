package io.vpccni.ipamd.branch.service;

import static io.vpccni.ipamd.RealBus.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.branch.BranchPods;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.HostVeth;
import io.vpccni.rpc.address.Ip;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BranchPodsVerticleTest extends BranchPodsBus {
  @Test
  void whatIsKeptIsThereAfterARestart() {
    var first = deploy();
    var kept = (BranchPods.Kept) ask(BranchPods.KEEP, keep("a"));
    assertThat(kept.fresh()).isTrue();
    assertThat(((BranchPods.Kept) ask(BranchPods.KEEP, keep("a"))).fresh()).isFalse();
    ask(BranchPods.KEEP, keep("b"));
    ask(BranchPods.FORGET, new BranchPods.Forget(keep("b").attachment()));
    ask(BranchPods.FORGET, new BranchPods.Forget(keep("never").attachment()));
    await(bus.vertx().undeploy(first));
    deploy();
    assertThat(all()).containsExactly(kept.holding());
  }

  @Test
  void whatCannotBeWrittenIsNotKept() throws IOException {
    deploy();
    Files.delete(folder);
    try {
      assertThat(ask(BranchPods.KEEP, keep("a"))).isInstanceOf(BranchPods.NotSaved.class);
      assertThat(all()).isEmpty();
    } finally {
      Files.createDirectory(folder);
    }
  }

  @Test
  void aWallClockThatIsSetMakesNoPodYounger() throws IOException {
    var first = deploy();
    ask(BranchPods.KEEP, keep("a"));
    wallClock.set(NOW.plus(Duration.ofHours(3)));
    ask(BranchPods.KEEP, keep("b"));
    assertThat(Files.readString(folder.resolve(BranchFile.NAME)))
        .as("the dates are those of the wall clock")
        .contains("\"assignedAt\": " + NOW.plus(Duration.ofHours(3)).toEpochMilli());
    await(bus.vertx().undeploy(first));

    wallClock.set(NOW.minus(Duration.ofHours(5)));
    deploy();
    assertThat(all())
        .hasSize(2)
        .allSatisfy(pod -> assertThat(pod.assignedAt()).isEqualTo(NOW.minus(Duration.ofHours(5))));
  }

  @Test
  void aFileThatCannotBeReadIsPutAside() throws IOException {
    for (var text :
        List.of(
            "",
            "{",
            "{\"version\":\"x\"}",
            "{\"version\":\"vpc-cni-branch-pods/1\",\"pods\":[{}]}")) {
      Files.writeString(folder.resolve(BranchFile.NAME), text);
      var id = deploy();
      assertThat(all()).isEmpty();
      assertThat(folder.resolve(BranchFile.NAME)).as(text).doesNotExist();
      await(bus.vertx().undeploy(id));
    }
    try (var files = Files.list(folder)) {
      assertThat(files).isNotEmpty().allMatch(file -> file.toString().contains(".unreadable-"));
    }
  }

  @Test
  void aPodWhoseVethIsAwayForAMinuteIsGone() {
    var deployed = deploy();
    assertThat(deployed).isNotEmpty();
    var pod = ((BranchPods.Kept) ask(BranchPods.KEEP, keep("a"))).holding();
    var pods = List.of(pod);
    var fresh = StaleBranchPods.NOTHING.look(pods, List.of(), Set.of(), NOW.plusSeconds(59));
    assertThat(fresh.missing()).as("it may just be being wired").isEmpty();
    var missed = fresh.look(pods, List.of(), Set.of(), NOW.plusSeconds(60));
    assertThat(missed.gone()).isEmpty();
    assertThat(missed.look(pods, List.of(), Set.of("vlana"), NOW.plusSeconds(90)).missing())
        .as("it was seen again")
        .isEmpty();
    assertThat(missed.look(pods, List.of(), Set.of(), NOW.plusSeconds(119)).gone()).isEmpty();
    assertThat(missed.look(pods, List.of(), Set.of(), NOW.plusSeconds(120)).gone())
        .containsExactly(pod);
  }

  private static BranchPods.Keep keep(String id, String ifName) {
    var asked = keep("web");
    return new BranchPods.Keep(
        new Attachment(id, ifName, "aws-cni"), asked.pod(), asked.wiring(), asked.held());
  }

  private Holding kept(BranchPods.Keep asked) {
    return ((BranchPods.Kept) ask(BranchPods.KEEP, asked)).holding();
  }

  @Test
  void aNewSandboxOfAPodHasTheUsualNameAndItsOlderOneEnds() {
    var id = deploy();
    assertThat(id).isNotEmpty();
    var old = kept(keep("s0", "eth0"));
    var pod = kept(keep("s1", "eth0"));
    assertThat(pod.wiring().hostVeths()).containsExactly("vlanweb");
    var newer =
        new Holding(
            pod.attachment(),
            pod.pod(),
            pod.wiring(),
            pod.addresses(),
            Optional.empty(),
            NOW.plusSeconds(1));
    var pods = List.of(newer, old);
    var links = Set.of("vlanweb");
    var missed = StaleBranchPods.NOTHING.look(pods, List.of(), links, NOW.plusSeconds(90));
    assertThat(missed.look(pods, List.of(), links, NOW.plusSeconds(150)).gone())
        .containsExactly(old);
  }

  @Test
  void aSecondInterfaceHasALinkOfItsOwn() {
    var id = deploy();
    assertThat(id).isNotEmpty();
    kept(keep("s0", "eth0"));
    var another = withAddress(keep("s0", "net1"), "10.0.1.141");
    var second = kept(another).wiring().hostVeths().getFirst();
    assertThat(second).isNotEqualTo("vlanweb");
    assertThat(kept(another).wiring().hostVeths()).containsExactly(second);
  }

  @Test
  void aBranchEniBelongsToOneInterfaceOfAPod() {
    var id = deploy();
    assertThat(id).isNotEmpty();
    kept(keep("s0", "eth0"));
    assertThat(ask(BranchPods.KEEP, keep("s0", "net1")))
        .isEqualTo(
            new BranchPods.InUse("the pod's branch ENI is already that of its interface eth0"));
    assertThat(ask(BranchPods.KEEP, keep("s0", "eth0"))).isInstanceOf(BranchPods.Kept.class);
    assertThat(ask(BranchPods.KEEP, keep("s1", "eth0"))).isInstanceOf(BranchPods.Kept.class);
  }

  /** The kernel has room for one interface of a name, whichever pod and network ask for it. */
  @Test
  void anInterfaceOfAContainerHasOneBranchEni() {
    var id = deploy();
    assertThat(id).isNotEmpty();
    kept(keep("s0", "eth0"));
    var asked = withAddress(keep("s0", "eth0"), "10.0.1.141");
    var elsewhere =
        new BranchPods.Keep(
            new Attachment("s0", "eth0", "elsewhere"), asked.pod(), asked.wiring(), asked.held());
    assertThat(ask(BranchPods.KEEP, elsewhere))
        .isEqualTo(
            new BranchPods.InUse(
                "the container's interface eth0 has a branch ENI already, which the network aws-cni asked for: end that attachment first"));
  }

  @Test
  void aPodEndsThoughANewerSandboxWithAnAddressOfThePoolHasALinkOfItsName() {
    var id = deploy();
    assertThat(id).isNotEmpty();
    var old = kept(keep("s0", "eth0"));
    var newer =
        new Holding(
            keep("s1", "eth0").attachment(),
            old.pod(),
            old.wiring(),
            List.of(HeldAddress.unplaced(Ip.parse("10.0.0.8"), 0)),
            Optional.empty(),
            NOW.plusSeconds(1));
    var links = Set.of("vlanweb");
    var missed =
        StaleBranchPods.NOTHING.look(List.of(old), List.of(newer), links, NOW.plusSeconds(90));
    assertThat(missed.look(List.of(old), List.of(newer), links, NOW.plusSeconds(150)).gone())
        .containsExactly(old);
  }

  @Test
  void itsAddressIsNoStrangersToThePool() {
    var all =
        new BranchPods.All(
            List.of(
                new Holding(
                    keep("a").attachment(),
                    keep("a").pod(),
                    keep("a").wiring(),
                    List.of(keep("a").held()),
                    Optional.empty(),
                    NOW)));
    assertThat(
            all.explainedIn(
                List.of(
                    new HostVeth("vlana", Set.of(Ip.parse("10.0.1.140"))),
                    new HostVeth("enib", Set.of(Ip.parse("10.0.1.7"))))))
        .containsExactly(
            new HostVeth("vlana", Set.of(), Optional.of(NOW)),
            new HostVeth("enib", Set.of(Ip.parse("10.0.1.7"))));
  }
}
