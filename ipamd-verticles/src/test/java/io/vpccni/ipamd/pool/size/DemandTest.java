package io.vpccni.ipamd.pool.size;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Request.AssignAddresses;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Pods that the scheduler has bound to this node, and the ADDs that come of them. */
class DemandTest {
  private final Scenario node = Scenario.m5large(new Targets(0, 1, 0, 0));

  private Scenario bound(String... pods) {
    return node.tell(
        new PoolEvent.PodsBound(
            Arrays.stream(pods)
                .map(pod -> new PodRef("default", pod))
                .collect(Collectors.toUnmodifiableSet()),
            node.now));
  }

  @Test
  void boundPodsAreProvidedForBeforeTheirAdd() {
    node.starts().shape("1");
    bound("a", "b", "c").shape("4");
    node.adds("a", "b", "c");
    assertThat(node.adds.values()).allMatch(AssignReply.Granted.class::isInstance);
    assertThat(node.state.context().demand()).isEmpty();
  }

  /** The status of a pod lags behind: who has an address waits for none. */
  @Test
  void aPodThatHoldsAnAddressIsNotWaitingForOne() {
    node.starts().adds("a").settled().shape("2");
    bound("a").settled();
    assertThat(node.state.context().demand()).isEmpty();
    node.shape("2");
  }

  /** Its first sandbox could not be set up, and goes when the second one is there already. */
  @Test
  void aPodThatGotANewSandboxStillHasAnAddressWhenItsOldOneGoes() {
    node.starts().adds("old");
    node.tell(
        new PoolEvent.AddReceived(
            node.call("new"),
            Scenario.attachment("new"),
            new PodRef("default", "old"),
            new Wiring("", List.of("eninew"), Wiring.By.PROGRAMMER),
            false,
            node.now));
    node.dels("old");
    bound("old");
    assertThat(node.state.context().demand()).isEmpty();
    node.dels("new");
    bound("old");
    assertThat(node.state.context().demand()).hasSize(1);
  }

  @Test
  void aPodThatIsBoundAndWaitsIsCountedOnce() {
    node.holding.add(PoolCommand.AskEc2.class);
    node.starts().adds("a", "b");
    bound("b", "c").release();
    // Three pods and one address to keep ready.
    assertThat(node.asked(AssignAddresses.class).getFirst().count()).isEqualTo(4);
  }

  @Test
  void podsThatAreBoundElsewhereAfterAllAreNotProvidedForAnyMore() {
    node.starts();
    bound("a", "b", "c").shape("4");
    bound().after(Duration.ofMinutes(2)).shape("1");
  }
}
