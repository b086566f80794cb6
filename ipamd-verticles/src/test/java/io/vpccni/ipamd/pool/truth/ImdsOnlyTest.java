package io.vpccni.ipamd.pool.truth;

import static io.vpccni.ipamd.pool.scenario.PoolSettingsBuilder.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.ec2.Ec2Request.DescribeAttached;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pool.AssignReply;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.decide.PoolViews;
import io.vpccni.ipamd.pool.scenario.FakeEc2;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.rpc.address.Cidr;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Without EC2, IMDS is all there is: what it shows is taken at once, what it no longer shows only
 * after three equal reads over a minute.
 */
class ImdsOnlyTest {
  private static final Cidr ONE = Cidr.parse("10.0.0.16/32");
  private static final Cidr TWO = Cidr.parse("10.0.0.17/32");
  private static final Cidr THREE = Cidr.parse("10.0.0.18/32");
  private static final Duration LATER = Duration.ofSeconds(30);

  private final Scenario node = node();

  @Test
  void whatImdsShowsAtTheStartMayBeGivenAway() {
    node.adds("a").granted("a", "10.0.0.16");
    assertThat(PoolViews.of(node.state).numbers().total()).isEqualTo(2);
  }

  @Test
  void whatImdsShowsLaterIsTakenAtOnce() {
    reads(ONE, TWO, THREE);
    assertThat(node.free()).isEqualTo(3);
    node.tell(new PoolEvent.ImdsRead(List.of(eni(ONE, TWO, THREE), second()), node.now));
    assertThat(node.state.ledger().enis()).containsKey(new EniId("eni-1"));
  }

  @Test
  void twoReadsAreNoProof() {
    reads(ONE).after(LATER);
    reads(ONE);
    assertThat(node.eni("eni-0").blocks()).containsKey(TWO);
  }

  @Test
  void threeReadsWithinAMinuteAreNoProof() {
    reads(ONE);
    reads(ONE);
    node.after(Duration.ofSeconds(59), false);
    reads(ONE);
    assertThat(node.eni("eni-0").blocks()).containsKey(TWO);
  }

  @Test
  void threeEqualReadsOverAMinuteAre() {
    threeTimes(ONE);
    assertThat(node.eni("eni-0").blocks()).containsOnlyKeys(ONE);
    assertThat(node.free()).isEqualTo(1);
  }

  @Test
  void aReadThatDiffersBeginsAnew() {
    reads(ONE).after(LATER);
    reads(TWO).after(LATER);
    reads(ONE).after(LATER);
    reads(ONE);
    assertThat(node.eni("eni-0").blocks()).containsKey(TWO);
    node.after(LATER);
    reads(ONE);
    assertThat(node.eni("eni-0").blocks()).containsOnlyKeys(ONE);
  }

  @Test
  void aReadThatAgreesEndsTheDoubt() {
    reads(ONE).after(LATER);
    reads(ONE).after(LATER);
    reads(ONE, TWO);
    reads(ONE).after(LATER);
    assertThat(node.eni("eni-0").blocks()).containsKey(TWO);
  }

  @Test
  void aLivePodKeepsItsEntryAndIsReported() {
    node.adds("a", "b");
    threeTimes(ONE);
    assertThat(node.state.ledger().holdings()).hasSize(2);
    assertThat(node.condition(Condition.Name.ADDRESS_LOST))
        .hasValueSatisfying(lost -> assertThat(lost.key().subject()).isEqualTo("10.0.0.17"));
  }

  @Test
  void anEniThatIsGoneForThreeReadsIsForgotten() {
    node.tell(new PoolEvent.ImdsRead(List.of(eni(ONE, TWO), second()), node.now));
    node.after(Duration.ofMinutes(2), false);
    threeTimes(ONE, TWO);
    assertThat(node.state.ledger().enis()).containsOnlyKeys(FakeEc2.PRIMARY);
  }

  @Test
  void anEmptyListIsNoInstanceAndChangesNothing() {
    for (int read = 0; read < 5; read++) {
      node.tell(new PoolEvent.ImdsRead(List.of(), node.now));
      node.after(LATER, false);
    }
    assertThat(node.eni("eni-0").blocks()).containsOnlyKeys(ONE, TWO);
  }

  @Test
  void ec2IsNeverAskedToChangeAnything() {
    node.pods(2).adds("late").after(Duration.ofMinutes(10)).pods(0).settled();
    assertThat(node.commands)
        .filteredOn(PoolCommand.AskEc2.class::isInstance)
        .allMatch(command -> ((PoolCommand.AskEc2) command).ask() instanceof DescribeAttached);
    node.refused("late", AssignReply.Reason.NO_ADDRESS);
  }

  /** With EC2 at hand one read is only a reason to ask it. */
  @Test
  void elsewhereImdsIsAHintAndEc2Decides() {
    var asks = Scenario.m5large().starts().settled();
    int describes = asks.asked(DescribeAttached.class).size();
    for (int read = 0; read < 5; read++) {
      asks.tell(new PoolEvent.ImdsRead(List.of(eni()), asks.now));
      asks.after(LATER, false);
    }
    assertThat(asks.eni("eni-0").blocks()).hasSize(9);
    // Denied once, the same difference is not asked about again for ten minutes.
    assertThat(asks.asked(DescribeAttached.class)).hasSize(describes + 1);
  }

  private Scenario reads(Cidr... cidrs) {
    return node.tell(new PoolEvent.ImdsRead(List.of(eni(cidrs)), node.now));
  }

  private void threeTimes(Cidr... cidrs) {
    reads(cidrs).after(LATER, false);
    reads(cidrs).after(LATER, false);
    reads(cidrs);
  }

  private static AttachedEni eni(Cidr... cidrs) {
    return FakeEc2.eni("eni-0", 0, 0, List.of(cidrs));
  }

  private static AttachedEni second() {
    return FakeEc2.eni("eni-1", 0, 1, List.of(Cidr.parse("10.0.0.99/32")));
  }

  private static Scenario node() {
    var node = new Scenario(settings().provisioningOff().imdsOnly().build()).limits(3, 9);
    node.holding.add(PoolCommand.ReadImds.class); // each read is told by the test
    node.holding.add(PoolCommand.AskEc2.class);
    node.starts();
    var asked = (PoolCommand.AskEc2) node.held.remove();
    node.holding.remove(PoolCommand.AskEc2.class);
    node.tell(
        new PoolEvent.Ec2Answered(
            asked.request(),
            new Ec2Reply.Hinted(List.of(eni(ONE, TWO)), Optional.empty()),
            node.now));
    return node.after(Duration.ofMinutes(2), false);
  }
}
