package io.vpccni.ipamd.pool.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.HistoryEntry;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.pool.state.PoolState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A person reads later what the pool did and why. */
class DecisionNotesTest {
  private static final int ALL_CALLS = 50;

  private final List<HistoryEntry> told = new ArrayList<>();
  private final Scenario node = followed(Scenario.m5large(new Targets(0, 2, 0, 0)));

  private Scenario followed(Scenario scenario) {
    scenario.follower =
        (before, event, decision) -> told.addAll(DecisionNotes.of(before, event, decision));
    return scenario;
  }

  private List<String> told() {
    return told.stream().map(entry -> entry.what() + " | " + entry.why()).toList();
  }

  @Test
  void aStartAsksForWhatIsMissingAndSaysWithWhichNumbers() {
    node.starts();
    assertThat(told())
        .contains(
            "The agent started with 0 pods of the checkpoint. | ",
            "net-programmer is connected. | ")
        .anyMatch(
            text ->
                text.startsWith("EC2 is asked which ENIs and addresses the node has. | It is not"))
        .anyMatch(
            text ->
                text.startsWith("EC2 is asked for 2 addresses more on eni-")
                    && text.contains("assigned 0, free 0")
                    && text.contains("WARM_IP_TARGET=2"))
        .anyMatch(text -> text.startsWith("EC2 has assigned ") && text.contains("It took "));
  }

  @Test
  void aPodThatComesAndGoesIsToldOnceEach() {
    node.starts();
    told.clear();
    node.adds("a");
    var ip = node.ipOf("a");
    node.dels("a");
    assertThat(told())
        .contains(
            ip + " is given to pod default/a. | The runtime sent ADD, and the entry is on disk.",
            ip + " is taken from pod default/a. | The runtime sent DEL. The cooldown is 30 s.");
  }

  @Test
  void aPodThatGetsNothingIsToldWithTheReason() {
    node.starts();
    for (int i = 0; i < ALL_CALLS; i++) {
      node.ec2.fail(FailureKind.UNAUTHORIZED, "UnauthorizedOperation");
    }
    while (node.free() > 0) node.add("p" + node.state.ledger().holdings().size());
    told.clear();
    node.adds("late").after(Duration.ofSeconds(20));
    assertThat(told())
        .anyMatch(
            text ->
                text.startsWith("Pod default/late got no address. | ")
                    && text.contains("UnauthorizedOperation"));
  }

  @Test
  void aPodThatWaitsIsTold() {
    node.starts();
    node.holding.add(PoolCommand.AskEc2.class);
    while (node.free() > 0) node.add("p" + node.state.ledger().holdings().size());
    node.adds("waits");
    assertThat(told()).anyMatch(text -> text.startsWith("Pod default/waits waits for an address."));
  }

  @Test
  void aFailureOfEc2IsToldWithItsSubjectAndTheConditionThatFollows() {
    node.starts();
    node.ec2.fail(FailureKind.SUBNET_EXHAUSTED, "InsufficientFreeAddressesInSubnet");
    node.adds("a");
    assertThat(told())
        .anyMatch(
            text -> text.contains(" for eni-0 failed with InsufficientFreeAddressesInSubnet."))
        .anyMatch(text -> text.startsWith("Condition SubnetExhausted subnet-"));
    node.settled();
    node.adds("b", "c", "d").settled();
    assertThat(told())
        .as("%s", told())
        .anyMatch(text -> text.matches("Condition SubnetExhausted .* is over. \\| "));
  }

  @Test
  void whatIsGivenBackIsToldWithTheGrounds() {
    node.starts();
    node.pods(5);
    told.clear();
    node.pods(0).settled();
    assertThat(told())
        .anyMatch(
            text ->
                text.startsWith("EC2 is asked to take 10.")
                    && text.contains("No pod and no link uses them"))
        .anyMatch(text -> text.startsWith("EC2 has taken 10."));
  }

  @Test
  void aQuietHourIsNotTold() {
    node.starts().settled();
    told.clear();
    node.after(Duration.ofHours(1));
    assertThat(told()).isEmpty();
  }

  @Test
  void theSameTargetsAreNoNews() {
    node.starts();
    told.clear();
    node.tell(new PoolEvent.TargetsChanged(new Targets(0, 2, 0, 0), node.now));
    assertThat(told()).isEmpty();
    node.tell(new PoolEvent.TargetsChanged(new Targets(0, 3, 0, 0), node.now));
    assertThat(told().getFirst())
        .startsWith("The warm targets changed. | They are now WARM_ENI_TARGET=0, WARM_IP_TARGET=3");
  }

  @Test
  void anAddBeforeTheStartIsHeardAndToldOfLater() {
    var state = PoolState.initial(node.state.context().settings());
    var add =
        new PoolEvent.AddReceived(
            node.call("early"),
            Scenario.attachment("early"),
            new PodRef("default", "early"),
            Wiring.UNKNOWN,
            false,
            Scenario.START);
    assertThat(DecisionNotes.of(state, add, Pool.decide(state, add)))
        .singleElement()
        .extracting(HistoryEntry::what)
        .isEqualTo("Pod default/early waits for an address.");
  }
}
