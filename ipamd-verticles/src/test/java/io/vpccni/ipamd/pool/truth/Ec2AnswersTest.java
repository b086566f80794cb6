package io.vpccni.ipamd.pool.truth;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.Ec2Request.AssignAddresses;
import io.vpccni.ipamd.ec2.Ec2Request.CreateEni;
import io.vpccni.ipamd.ec2.Ec2Request.DescribeAttached;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pod.HeldAddress;
import io.vpccni.ipamd.pod.Holding;
import io.vpccni.ipamd.pod.PodRef;
import io.vpccni.ipamd.pod.Wiring;
import io.vpccni.ipamd.pool.Durable;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.scenario.FakeEc2;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.DurableForm;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** These tests show what each answer of EC2 changes. */
class Ec2AnswersTest {
  private final Scenario node = Scenario.m5large(new Targets(0, 1, 0, 0));

  /** Returns what the last write holds. */
  private Durable.Agent written() {
    return node.commands.stream()
        .filter(PoolCommand.Save.class::isInstance)
        .map(save -> DurableForm.of(((PoolCommand.Save) save).state()))
        .reduce((_, last) -> last)
        .flatMap(Durable::agent)
        .orElseThrow();
  }

  private List<String> writtenEnis() {
    return written().enis().stream().map(saved -> saved.eni().id().value()).toList();
  }

  private PoolCommand.AskEc2 asked() {
    return (PoolCommand.AskEc2) node.held.remove();
  }

  private void answer(PoolCommand.AskEc2 asked, Ec2Reply reply) {
    node.tell(new PoolEvent.Ec2Answered(asked.request(), reply, node.now));
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "assign,   THROTTLED,        5, 6",
    "assign,   PERMANENT,        5, 6",
    "assign,   SUBNET_EXHAUSTED, 5, 6",
    "create,   THROTTLED,        8, 9",
    "create,   PERMANENT,        8, 9",
    "create,   SUBNET_EXHAUSTED, 8, 9",
    "unassign, THROTTLED,        5, 3",
    "unassign, PERMANENT,        5, 3",
    "free,     THROTTLED,        10, 8",
    "free,     PERMANENT,        10, 8",
  })
  void aSuccessEndsWhatTheFailureBeforeItBegan(
      String what, FailureKind kind, int before, int pods) {
    node.limits(what.equals("assign") ? 1 : 3, 9).starts().pods(before).settled();
    int calls = node.ec2.calls.size();
    node.ec2.fail(kind, "Code");
    node.pods(pods).after(Duration.ofMinutes(4));
    assertThat(node.ec2.calls.size() - calls).as("calls for %s", what).isGreaterThan(1);
    assertThat(node.state.cloud().backoffs().keySet())
        .noneMatch(key -> !key.action().equals("HINT"));
    assertThat(node.state.conditions().values())
        .noneMatch(condition -> !condition.key().name().equals("NoAddressAvailable"));
    assertThat(node.state.cloud().lastError()).isEmpty();
  }

  @Test
  void aListThatArrivesEndsThePausesOfLists() {
    node.ec2.fail(FailureKind.THROTTLED, "RequestLimitExceeded");
    node.starts();
    assertThat(node.state.cloud().backoffs()).isNotEmpty();
    assertThat(node.state.cloud().lastError()).isNotEmpty();
    node.after(Duration.ofSeconds(3));
    assertThat(node.state.cloud().backoffs()).isEmpty();
  }

  /** Why nothing came must be told for as long as nothing comes. */
  @Test
  void aListDoesNotHideWhyARequestFailed() {
    node.limits(1, 9).starts();
    node.ec2.fail(FailureKind.PERMANENT, "InvalidParameterValue");
    node.adds("a").after(Duration.ofSeconds(5));
    assertThat(node.state.cloud().lastError()).contains("InvalidParameterValue");
  }

  @ParameterizedTest
  @EnumSource
  void anUnclearOutcomeIsReadBack(FailureKind kind) {
    node.starts();
    int before = node.asked(DescribeAttached.class).size();
    node.ec2.fail(kind, "Code");
    node.adds("a");
    boolean unclear =
        switch (kind) {
          case OUTCOME_UNKNOWN, LIMIT_EXCEEDED, PERMANENT -> true;
          case THROTTLED, UNAVAILABLE, NOT_ASKED, SUBNET_EXHAUSTED, UNAUTHORIZED -> false;
        };
    assertThat(node.asked(DescribeAttached.class)).hasSize(before + (unclear ? 1 : 0));
  }

  /** It was asked for before the outcome became unclear, and may not show it. */
  @Test
  void aListThatIsOlderThanTheDoubtDoesNotEndIt() {
    node.starts().doubts().holding.add(PoolCommand.AskEc2.class);
    node.tell(new PoolEvent.Ticked(node.now));
    var old = asked();
    node.now = node.now.plusSeconds(1);
    node.doubts();
    node.perform(old);
    node.tell(new PoolEvent.Ticked(node.now));
    assertThat(node.state.cloud().doubt()).isPresent();
    node.release();
    assertThat(node.state.cloud().doubt()).isEmpty();
  }

  @Test
  void anAnswerThatComesTwiceChangesNothing() {
    node.starts().holding.add(PoolCommand.AskEc2.class);
    node.adds("a");
    var asked = asked();
    answer(asked, new Ec2Reply.AddressesAssigned(FakeEc2.PRIMARY, cidrs(30, 1)));
    var after = node.state.ledger().enis();
    answer(asked, new Ec2Reply.AddressesAssigned(FakeEc2.PRIMARY, cidrs(40, 1)));
    assertThat(node.state.ledger().enis()).isSameAs(after);
  }

  private static List<Cidr> cidrs(int first, int count) {
    return java.util.stream.IntStream.range(first, first + count)
        .mapToObj(last -> Cidr.parse("10.0.9." + last + "/32"))
        .toList();
  }

  @Test
  void aNewEniIsWrittenDownAndSetUpOnTheHost() {
    node.starts().pods(8).settled().pods(9);
    assertThat(writtenEnis()).contains("eni-1");
    assertThat(node.commands)
        .filteredOn(PoolCommand.ApplyHost.class::isInstance)
        .last()
        .isInstanceOfSatisfying(
            PoolCommand.ApplyHost.class,
            apply ->
                assertThat(apply.enis()).extracting(AttachedEni::id).contains(new EniId("eni-1")));
  }

  @Test
  void anEniThatBringsNoAddressIsWrittenDownAndTheNextOneWaits() {
    node.starts().pods(8).settled();
    node.holding.add(PoolCommand.AskEc2.class);
    node.pods(9);
    var asked = asked();
    assertThat(asked.ask()).isInstanceOf(CreateEni.class);
    var bare = FakeEc2.eni("eni-1", 0, 1, List.of());
    node.ec2.attach(bare);
    answer(asked, new Ec2Reply.EniCreated(bare));
    assertThat(writtenEnis()).contains("eni-1");
    assertThat(node.state.cloud().backoffs()).hasSize(1);
    // It is asked to take some; no other ENI is made.
    assertThat(((PoolCommand.AskEc2) node.held.getFirst()).ask())
        .isInstanceOfSatisfying(
            AssignAddresses.class, ask -> assertThat(ask.eni().value()).isEqualTo("eni-1"));
  }

  @Test
  void anEniThatWasFreedIsForgottenEverywhere() {
    node.starts().pods(10).settled();
    assertThat(writtenEnis()).contains("eni-1");
    var gone = node.ec2.get(new EniId("eni-1")).cidrs();
    long applied = node.count(PoolCommand.ApplyHost.class);
    node.pods(8).after(Duration.ofSeconds(29));
    for (int i = 0; i < 300 && node.ec2.enis.size() > 1; i++) node.after(Duration.ofSeconds(1));
    assertThat(node.state.ledger().enis()).containsOnlyKeys(FakeEc2.PRIMARY);
    assertThat(node.state.ledger().places().keySet()).doesNotContainAnyElementsOf(gone);
    assertThat(writtenEnis()).containsExactly("eni-0");
    assertThat(written().goneCidrs().keySet()).containsAll(gone);
    assertThat(node.count(PoolCommand.ApplyHost.class)).isEqualTo(applied + 1);
  }

  @Test
  void whatWasUnassignedIsForgottenAndWrittenDown() {
    node.starts().pods(5).settled().shape("6");
    node.pods(3).settled().shape("4");
    assertThat(written().enis().getFirst().eni().cidrs()).hasSize(4);
    assertThat(written().enis().getFirst().releasing()).isEmpty();
    assertThat(written().goneCidrs()).hasSize(2);
  }

  /**
   * EC2 cannot be asked at the start: which ENIs there are is believed, their addresses are not.
   */
  @Test
  void imdsInThePlaceOfEc2PlacesPodsAndGivesNothingAway() {
    node.holding.add(PoolCommand.AskEc2.class);
    var ip = Ip.parse("10.0.0.50");
    var pod =
        new Holding(
            Scenario.attachment("a"),
            new PodRef("default", "a"),
            Wiring.UNKNOWN,
            List.of(HeldAddress.unplaced(ip, 0)),
            Optional.empty(),
            Scenario.START);
    node.links.put(ip, "ena");
    node.starts(new Durable(List.of(pod), Optional.empty()));
    long applied = node.count(PoolCommand.ApplyHost.class);
    var seen = FakeEc2.eni("eni-0", 0, 0, List.of(ip.asCidr(), Cidr.parse("10.0.0.51/32")));
    var why =
        new Ec2Reply.Failed(
            "DescribeNetworkInterfaces", "Timeout", "", FailureKind.UNAVAILABLE, Optional.empty());
    answer(asked(), new Ec2Reply.Hinted(List.of(seen), Optional.of(why)));
    assertThat(node.eni("eni-0").blocks()).containsOnlyKeys(ip.asCidr());
    assertThat(
            node.state
                .ledger()
                .holding(Scenario.attachment("a"))
                .orElseThrow()
                .addresses()
                .getFirst())
        .satisfies(held -> assertThat(held.eni()).isEqualTo(FakeEc2.PRIMARY));
    assertThat(node.state.cloud().described()).isFalse();
    assertThat(node.count(PoolCommand.ApplyHost.class)).isEqualTo(applied + 1);
    assertThat(writtenEnis()).containsExactly("eni-0");
    assertThat(node.state.cloud().lastError()).contains("Timeout");
    assertThat(node.state.cloud().backoffs()).isNotEmpty();
    node.adds("b").unanswered("b");
    // The same again is no news.
    node.after(Duration.ofSeconds(3));
    answer(asked(), new Ec2Reply.Hinted(List.of(seen), Optional.of(why)));
    assertThat(node.count(PoolCommand.ApplyHost.class)).isEqualTo(applied + 1);
  }
}
