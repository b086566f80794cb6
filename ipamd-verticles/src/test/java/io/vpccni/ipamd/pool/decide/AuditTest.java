package io.vpccni.ipamd.pool.decide;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.ec2.Ec2Request.DescribeAttached;
import io.vpccni.ipamd.pool.Condition;
import io.vpccni.ipamd.pool.PoolCount;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolCommand.ListVeths;
import io.vpccni.ipamd.pool.state.PoolCommand.ReadImds;
import io.vpccni.ipamd.pool.state.PoolEvent;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** These tests show what is looked at again, and when. */
class AuditTest {
  private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

  private final Scenario node = Scenario.m5large();

  @Test
  void linksAreListedTwiceAMinute() {
    node.starts().settled();
    long before = node.count(ListVeths.class);
    node.after(FIVE_MINUTES);
    assertThat(node.count(ListVeths.class) - before).isEqualTo(10);
  }

  @Test
  void linksThatAreNotKnownYetAreAskedForAgainAfterASecond() {
    node.holding.add(ListVeths.class);
    node.starts();
    node.tell(
        new PoolEvent.VethsUnknown(((ListVeths) node.held.remove()).request(), "busy", node.now));
    node.after(Duration.ofMillis(999), false);
    assertThat(node.held).isEmpty();
    node.after(Duration.ofMillis(1), false);
    assertThat(node.held).hasSize(1);
  }

  @Test
  void aListOfLinksThatNeverComesIsAskedForAgain() {
    node.holding.add(ListVeths.class);
    node.starts().after(Duration.ofSeconds(29));
    assertThat(node.held).hasSize(1);
    node.after(Duration.ofSeconds(2));
    assertThat(node.held).hasSize(2);
  }

  @Test
  void nobodyIsAskedForLinksWhileTheDataplaneIsAway() {
    node.starts().settled();
    node.tell(new PoolEvent.DataplaneLost("gone", node.now));
    assertThat(node.condition(Condition.Name.DATAPLANE_UNREACHABLE)).isPresent();
    long before = node.count(ListVeths.class);
    node.after(FIVE_MINUTES);
    assertThat(node.count(ListVeths.class)).isEqualTo(before);
    node.tell(new PoolEvent.DataplaneConnected(node.now));
    assertThat(node.count(ListVeths.class)).isEqualTo(before + 1);
    assertThat(node.condition(Condition.Name.DATAPLANE_UNREACHABLE)).isEmpty();
  }

  @Test
  void imdsIsReadEachMinuteOnceEc2HasAnswered() {
    node.holding.add(PoolCommand.AskEc2.class);
    node.starts().after(FIVE_MINUTES);
    assertThat(node.count(ReadImds.class)).isZero();
    node.release().settled();
    long before = node.count(ReadImds.class);
    node.after(FIVE_MINUTES);
    assertThat(node.count(ReadImds.class) - before).isEqualTo(5);
  }

  /** It lags: while something changes, all it can show is the past. */
  @Test
  void imdsIsNotReadWhileEc2Changes() {
    node.starts().settled();
    node.holding.add(PoolCommand.AskEc2.class);
    node.pods(1);
    assertThat(node.held).isNotEmpty();
    long before = node.count(ReadImds.class);
    node.after(FIVE_MINUTES);
    assertThat(node.count(ReadImds.class)).isEqualTo(before);
  }

  @Test
  void ec2IsOnlyReadWhereThereIsDoubt() {
    node.starts().settled();
    int before = node.asked(DescribeAttached.class).size();
    node.after(Duration.ofHours(1));
    assertThat(node.asked(DescribeAttached.class)).hasSize(before);
    node.described();
    assertThat(node.asked(DescribeAttached.class)).hasSize(before + 1);
    node.after(FIVE_MINUTES);
    assertThat(node.asked(DescribeAttached.class)).hasSize(before + 1);
  }

  /** Longer than anything between us and EC2 waits; its outcome is not known then. */
  @Test
  void aRequestWithoutAnyAnswerBlocksNothingForEver() {
    node.starts().settled();
    node.holding.add(PoolCommand.AskEc2.class);
    node.pods(1);
    var lost = node.held.remove();
    node.after(Duration.ofMinutes(6).minusSeconds(1));
    assertThat(node.held).isEmpty();
    node.after(Duration.ofSeconds(6));
    assertThat(node.held)
        .singleElement()
        .isInstanceOfSatisfying(
            PoolCommand.AskEc2.class,
            asks -> assertThat(asks.ask()).isInstanceOf(DescribeAttached.class));
    assertThat(node.counts).containsEntry(PoolCount.CREATE_FAILED, 1L);
    node.release().settled().shape("9,9");
    // Should the answer come after all, it changes nothing that is not known by now.
    node.perform(lost);
    node.settled().shape("9,9");
  }
}
