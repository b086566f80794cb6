package io.vpccni.ipamd.pool.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Request;
import io.vpccni.ipamd.pod.Attachment;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.LinkNames;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * An attachment is known by its container and interface. The name of its host veth follows from the
 * pod, which several attachments may share: a link of that name proves nothing about the others.
 */
class SameNameTest {
  private static final PodRef POD = new PodRef("ns", "web-0");
  private static final String USUAL = LinkNames.hostVeth("eni", POD, 0);
  private static final Attachment OLD = new Attachment("s0", "eth0", "aws-cni");
  private static final Attachment NEW = new Attachment("s1", "eth0", "aws-cni");
  private static final Attachment SECOND = new Attachment("s0", "net1", "aws-cni");
  private static final Attachment ELSEWHERE = new Attachment("s0", "eth0", "elsewhere");

  private final Scenario node = Scenario.m5large();

  @BeforeEach
  void start() {
    node.starts().settled();
  }

  private Holding add(Attachment attachment, PodRef pod, Wiring.By by) {
    tell(attachment.containerId(), attachment, pod, by);
    return held(attachment);
  }

  private void tell(String call, Attachment attachment, PodRef pod, Wiring.By by) {
    node.tell(
        new PoolEvent.AddReceived(
            node.call(call),
            attachment,
            pod,
            new Wiring(
                "/run/netns/" + attachment.containerId(), LinkNames.hostVeths("eni", pod, 1), by),
            false,
            node.now));
  }

  private Holding add(Attachment attachment) {
    return add(attachment, POD, Wiring.By.PROGRAMMER);
  }

  private Holding held(Attachment attachment) {
    return node.state.ledger().holding(attachment).orElseThrow();
  }

  private static String veth(Holding holding) {
    return holding.wiring().hostVeths().getFirst();
  }

  private boolean holds(Attachment attachment) {
    return node.state.ledger().holding(attachment).isPresent();
  }

  @Test
  void anOlderSandboxWhoseNamespaceVanishedEndsAfterAMinuteAlthoughTheNameLivesOn() {
    var old = add(OLD);
    node.after(Duration.ofMinutes(2));
    node.links.clear(); // its namespace is gone, and nobody calls DEL
    assertThat(veth(add(NEW))).as("what others know a pod's link by").isEqualTo(USUAL);
    // The repair of its route finds the link of the same name.
    node.links.put(old.addresses().getFirst().ip(), USUAL);
    node.after(Duration.ofMinutes(2));
    assertThat(holds(OLD)).isFalse();
    assertThat(holds(NEW)).isTrue();
    assertThat(node.count(PoolCommand.DetachPod.class)).isOne();
    node.after(Duration.ofMinutes(5));
    assertThat(holds(NEW)).isTrue();
  }

  /** The list of pods with branch ENIs is another's, and in standard mode it has the same names. */
  @Test
  void anOlderSandboxEndsThoughANewerOneWithABranchEniHasALinkOfItsName() {
    var old = add(OLD);
    node.after(Duration.ofMinutes(2));
    assertThat(holds(OLD)).isTrue();
    node.branchVeths.put(USUAL, node.now);
    node.after(Duration.ofMinutes(3));
    assertThat(holds(OLD)).isFalse();
    assertThat(node.links).containsKey(old.addresses().getFirst().ip());
  }

  @Test
  void aRunningPodIsNotEndedByAnOlderSandboxThatHadABranchEni() {
    node.branchVeths.put(USUAL, node.now.minusSeconds(1));
    add(NEW);
    node.after(Duration.ofMinutes(5));
    assertThat(holds(NEW)).isTrue();
  }

  @Test
  void aSecondInterfaceOfARunningPodGetsALinkOfItsOwn() {
    assertThat(veth(add(OLD))).isEqualTo(USUAL);
    var second = veth(add(SECOND));
    assertThat(second).isNotEqualTo(USUAL).matches("eni[0-9a-f]{11}");
    assertThat(veth(add(new Attachment("s0", "net2", "aws-cni")))).isNotIn(USUAL, second);
    assertThat(veth(add(SECOND))).as("a repeated ADD").isEqualTo(second);
    node.after(Duration.ofMinutes(5));
    assertThat(holds(OLD)).isTrue();
    assertThat(holds(SECOND)).isTrue();
  }

  /** The kernel has room for one interface of a name, whichever networks ask for it. */
  @Test
  void anInterfaceThatAnotherNetworkHasAskedForIsRefusedByName() {
    var first = add(OLD);
    tell("elsewhere", ELSEWHERE, POD, Wiring.By.PROGRAMMER);
    assertThat(node.refusal("elsewhere"))
        .contains(
            "the container's interface eth0 has the address "
                + first.addresses().getFirst().ip()
                + " already, which the network aws-cni asked for: end that attachment first");
    assertThat(holds(ELSEWHERE)).isFalse();
    assertThat(add(OLD)).as("a repeated ADD").isEqualTo(first);
    node.tell(new PoolEvent.DelReceived(node.call("x"), OLD, List.of(), node.now));
    assertThat(veth(add(ELSEWHERE))).as("once the other has ended").isNotEmpty();
  }

  @Test
  void anInterfaceThatAnotherNetworkWaitsForIsRefusedByName() {
    node.ec2.silent.add(Ec2Request.AssignAddresses.class);
    node.ec2.silent.add(Ec2Request.CreateEni.class);
    node.pods(10);
    var waiter = node.state.calls().queue().values().iterator().next().attachment();
    tell(
        "elsewhere",
        new Attachment(waiter.containerId(), "eth0", "elsewhere"),
        POD,
        Wiring.By.PROGRAMMER);
    assertThat(node.refusal("elsewhere"))
        .contains(
            "the container's interface eth0 waits for an address already, which the network aws-cni asked for: end that attachment first");
    assertThat(node.state.calls().queue()).hasSize(1);
  }

  @Test
  void theNameStaysTakenWhenTheSecondInterfaceGoes() {
    add(OLD);
    add(SECOND);
    node.tell(new PoolEvent.DelReceived(node.call("x"), SECOND, List.of(), node.now));
    assertThat(veth(add(SECOND))).isNotEqualTo(USUAL);
  }

  @Test
  void containersWithoutAPodDoNotTakeEachOthersLinks() {
    var one = add(OLD, PodRef.UNKNOWN, Wiring.By.PROGRAMMER);
    var other = add(NEW, PodRef.UNKNOWN, Wiring.By.PROGRAMMER);
    assertThat(veth(one)).isNotEqualTo(veth(other));
  }

  @Test
  void anotherPluginNamesItsLinksItself() {
    add(OLD);
    assertThat(veth(add(SECOND, POD, Wiring.By.PLUGIN))).isEqualTo(USUAL);
  }

  @Test
  void aNameThatIsUsedAnewIsNotPromisedToBeDeletedAnyLonger() {
    add(OLD);
    node.after(Duration.ofMinutes(2));
    node.links.clear();
    node.tell(new PoolEvent.DelReceived(node.call("del"), OLD, List.of(USUAL), node.now));
    add(NEW);
    assertThat(node.state.links().pendingDeletions()).doesNotContain(USUAL);
    node.after(Duration.ofMinutes(5));
    assertThat(holds(NEW)).as("its link is there").isTrue();
  }
}
