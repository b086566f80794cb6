package io.vpccni.ipamd.pool.decide;

import static io.vpccni.ipamd.pool.scenario.PoolSettingsBuilder.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.pool.PoolSettings;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.scenario.FakeEc2;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.size.Shrink;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import io.vpccni.ipamd.pool.truth.Ec2Failures;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * These tests show when the pool wants to look again although nothing happens: no rule depends on
 * the tick.
 */
class WakeTest {
  private static final Targets NONE = new Targets(0, 0, 0, 0);

  private static void wakes(Scenario node, Duration after) {
    assertThat(node.wake).as("wakes").isEqualTo(node.now.plus(after));
  }

  /** A pool that wants nothing, and has not asked to be woken for anything. */
  private static Scenario quiet(int addresses) {
    var node = new Scenario(settings().targets(NONE).build()).limits(1, addresses).starts();
    node.settled();
    node.wake = null;
    return node;
  }

  @Test
  void whenACooldownEnds() {
    var node = quiet(1).adds("a");
    node.after(Duration.ofMinutes(2)).dels("a");
    wakes(node, Duration.ofSeconds(30));
  }

  @Test
  void whenTheFirstOfThoseWhoWaitHasWaitedLongEnough() {
    var node = Scenario.m5large(new Targets(0, 1, 0, 0)).starts();
    node.holding.add(PoolCommand.AskEc2.class);
    node.adds("a", "b");
    wakes(node, PoolSettings.Waiting.DEFAULT.longest());
    var before = node.wake;
    node.now = node.now.plusSeconds(1);
    node.adds("c");
    assertThat(node.wake).isEqualTo(before);
  }

  @Test
  void alsoBeforeTheCheckpointHasBeenRead() {
    var node = new Scenario(DefaultSettings.pool()).adds("a");
    wakes(node, PoolSettings.Waiting.DEFAULT.longest());
  }

  @Test
  void whenAPauseEnds() {
    var node = Scenario.m5large();
    node.ec2.fail(FailureKind.THROTTLED, "RequestLimitExceeded");
    node.starts();
    wakes(node, Ec2Failures.PASSING);
  }

  @Test
  void whenASurplusHasLastedLongEnough() {
    var node = Scenario.m5large(new Targets(0, 1, 0, 0));
    node.ec2.attach(
        FakeEc2.with(node.ec2.get(FakeEc2.PRIMARY), node.ec2.fresh(AddressKind.SECONDARY_IP, 5)));
    node.starts();
    wakes(node, Shrink.PATIENCE);
    var first = node.wake;
    // Whatever happens meanwhile.
    node.now = node.now.plusSeconds(10);
    node.wake = null;
    node.dels("nobody").tell(new PoolEvent.Ticked(node.now));
    assertThat(node.wake == null ? first : node.wake).isEqualTo(first);
    node.after(Duration.ofSeconds(20), false);
    assertThat(node.shape()).isEqualTo("1");
  }

  @Test
  void whenEc2HasBeenSlowForASecond() {
    var node = Scenario.m5large(new Targets(0, 1, 0, 0));
    node.ec2.attach(FakeEc2.eni("eni-1", 0, 1, node.ec2.fresh(AddressKind.SECONDARY_IP, 2)));
    node.starts().pods(2).holding.add(PoolCommand.AskEc2.class);
    node.adds("a", "b", "c", "d");
    wakes(node, Duration.ofSeconds(1));
  }

  @Test
  void whenTheDiskIsTriedAgain() {
    var node = quiet(1);
    node.diskFull = true;
    node.adds("a");
    wakes(node, Duration.ofSeconds(5));
  }

  @Test
  void whenAMissingLinkIsLookedForAgain() {
    var node = Scenario.m5large().starts().pods(8).settled();
    node.holding.add(PoolCommand.ApplyHost.class);
    node.pods(10);
    var applied = node.now;
    node.tell(new PoolEvent.HostApplied(Map.of(), Set.of(new EniId("eni-2")), node.now));
    assertThat(node.wake).isEqualTo(applied.plusSeconds(5));
    long before = node.count(PoolCommand.ApplyHost.class);
    node.after(Duration.ofMillis(4999), false);
    assertThat(node.count(PoolCommand.ApplyHost.class)).isEqualTo(before);
    node.after(Duration.ofMillis(1), false);
    assertThat(node.count(PoolCommand.ApplyHost.class)).isEqualTo(before + 1);
  }

  @Test
  void whenLinksThatAreNotKnownAreListedAgain() {
    var node = Scenario.m5large();
    node.holding.add(PoolCommand.ListVeths.class);
    node.starts();
    var asked = (PoolCommand.ListVeths) node.held.remove();
    node.tell(new PoolEvent.VethsUnknown(asked.request(), "busy", node.now));
    wakes(node, Duration.ofSeconds(1));
  }

  @Test
  void oneWishIsSaidOnce() {
    var node = quiet(1).adds("a");
    node.after(Duration.ofMinutes(2)).dels("a");
    long said = node.count(PoolCommand.WakeAt.class);
    node.dels("nobody", "nobody");
    assertThat(node.count(PoolCommand.WakeAt.class)).isEqualTo(said);
    assertThat(node.wake).isAfter(Instant.EPOCH);
  }
}
