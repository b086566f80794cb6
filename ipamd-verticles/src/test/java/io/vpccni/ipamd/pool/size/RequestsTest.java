package io.vpccni.ipamd.pool.size;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.ec2.Ec2Request.AssignAddresses;
import io.vpccni.ipamd.ec2.Ec2Request.CreateEni;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.pool.Targets;
import io.vpccni.ipamd.pool.decide.PoolViews;
import io.vpccni.ipamd.pool.scenario.FakeEc2;
import io.vpccni.ipamd.pool.scenario.PoolSettingsBuilder;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolCommand;
import io.vpccni.ipamd.pool.state.PoolEvent;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which ENI is asked to take how much, and when EC2 is asked again. */
class RequestsTest {
  private static final Duration STEP = Duration.ofSeconds(2);

  private static Scenario node(int warm) {
    return new Scenario(DefaultSettings.pool().withTargets(new Targets(0, warm, 0, 0)));
  }

  /** Adds an ENI with a pod on each of its addresses. */
  private static void full(Scenario node, String id, int device, int addresses) {
    node.ec2.attach(
        FakeEc2.eni(id, 0, device, node.ec2.fresh(AddressKind.SECONDARY_IP, addresses)));
  }

  private static List<Integer> counts(Scenario node) {
    return node.asked(AssignAddresses.class).stream().map(AssignAddresses::count).toList();
  }

  private static String lastEni(Scenario node) {
    return node.asked(AssignAddresses.class).getLast().eni().value();
  }

  @Test
  void theFullestOfThoseThatTakeAllOfIt() {
    var node = node(3).limits(3, 9);
    full(node, "eni-0", 0, 4);
    full(node, "eni-1", 1, 5);
    full(node, "eni-2", 2, 8);
    node.starts().pods(15).after(Duration.ofSeconds(20));
    assertThat(counts(node)).containsExactly(1);
    assertThat(lastEni(node)).isEqualTo("eni-2");
    node.pods(16).after(Duration.ofSeconds(20));
    assertThat(lastEni(node)).isEqualTo("eni-1");
  }

  @Test
  void ofEquallyFullOnesTheFirst() {
    var node = node(2).limits(3, 9);
    full(node, "eni-0", 2, 1);
    full(node, "eni-1", 1, 1);
    node.ec2.attach(FakeEc2.eni("eni-2", 0, 0, List.of()));
    node.starts().pods(2);
    assertThat(lastEni(node)).isEqualTo("eni-1");
  }

  @Test
  void ifNoneTakesAllOfItTheOneThatTakesMost() {
    var node = node(8).limits(3, 9);
    full(node, "eni-0", 0, 7);
    full(node, "eni-1", 1, 4);
    full(node, "eni-2", 2, 6);
    node.holding.add(PoolCommand.AskEc2.class);
    node.starts();
    node.pods(17);
    node.perform(node.held.remove());
    node.tell(new PoolEvent.Ticked(node.now));
    var first = (AssignAddresses) ((PoolCommand.AskEc2) node.held.getFirst()).ask();
    assertThat(first.eni().value()).isEqualTo("eni-1");
    assertThat(first.count()).isEqualTo(5);
  }

  @Test
  void trunksAndTheLikeAreAskedForNothing() {
    var node = node(5).limits(3, 9);
    node.ec2.attach(FakeEc2.eni("eni-0", 0, 0, node.ec2.fresh(AddressKind.SECONDARY_IP, 9)));
    node.ec2.attach(FakeEc2.eni("eni-t", 0, 1, List.of(), EniKind.TRUNK, false, true));
    node.ec2.attach(FakeEc2.eni("eni-x", 0, 2, List.of(), EniKind.ORDINARY, true, true));
    node.starts().pods(12).settled();
    assertThat(node.asked(AssignAddresses.class))
        .extracting(ask -> ask.eni().value())
        .doesNotContain("eni-t", "eni-x");
  }

  @Test
  void growthsThatFollowEachOtherAskForTwiceAsMuch() {
    var node = node(2).limits(15, 49).starts().after(Duration.ofSeconds(15));
    for (int pod = 0; pod < 45; pod++) {
      node.add("p" + pod);
      node.after(Duration.ofMillis(500), false);
    }
    assertThat(counts(node)).containsExactly(2, 1, 2, 4, 8, 16, 16);
  }

  @Test
  void afterFifteenSecondsOnlyWhatIsMissing() {
    var node = node(2).limits(15, 49).starts().after(Duration.ofSeconds(15));
    node.adds("a").after(Duration.ofMillis(14_999)).adds("b").after(Duration.ofSeconds(15));
    assertThat(counts(node)).containsExactly(2, 1, 2);
    node.adds("c", "d").after(Duration.ofSeconds(15)).adds("e");
    assertThat(counts(node)).containsExactly(2, 1, 2, 1, 1);
  }

  @Test
  void aRampAsksForNoMoreThanTheNodesPodsCanUse() {
    var node = node(2).limits(15, 49).maxPods(6).starts().after(Duration.ofSeconds(15));
    node.adds("a").after(STEP).adds("b").after(STEP).adds("c", "d").after(STEP).adds("e", "f");
    assertThat(PoolViews.of(node.state).numbers().total()).isEqualTo(6);
  }

  @Test
  void withWholeEnisThereIsNoRamp() {
    var node = Scenario.m5large().starts();
    node.pods(1).pods(10);
    assertThat(node.asked(CreateEni.class)).extracting(CreateEni::count).containsExactly(9, 9);
  }

  @Test
  void whatIsInFlightIsNotAskedForAgain() {
    var node = Scenario.m5large(new Targets(0, 1, 12, 0));
    node.starts().shape("9,3");
    var held = Scenario.prefixes(new Targets(1, 0, 0, 3));
    held.holding.add(PoolCommand.AskEc2.class);
    held.starts();
    held.perform(held.held.remove());
    held.tell(new PoolEvent.Ticked(held.now));
    assertThat(held.held).hasSize(1);
    held.after(Duration.ofSeconds(30));
    assertThat(held.held).hasSize(1);
    held.release().settled().shape("3");
  }

  @Test
  void aMinimumInFlightIsNotAskedForAgain() {
    var node = Scenario.m5large(new Targets(0, 1, 12, 0));
    node.holding.add(PoolCommand.AskEc2.class);
    node.starts();
    node.perform(node.held.remove());
    node.tell(new PoolEvent.Ticked(node.now)).after(Duration.ofSeconds(30));
    // Nine on the first ENI, three with a second one.
    assertThat(node.held).hasSize(2);
    node.release().settled().shape("9,3");
  }

  @Test
  void customNetworkingAsksThePrimaryForNothing() {
    var custom =
        PoolSettingsBuilder.settings().targets(new Targets(0, 1, 0, 0)).customNetworking().build();
    var node = new Scenario(custom).limits(3, 9).starts().settled();
    assertThat(node.asked(AssignAddresses.class)).isEmpty();
    assertThat(node.asked(CreateEni.class)).isEmpty();
  }

  @Test
  void noEniIsMadeForWhatOneThatIsBeingFilledCanHold() {
    var node = node(1).limits(3, 9).starts();
    node.holding.add(PoolCommand.AskEc2.class);
    node.adds("a", "b", "c").after(Duration.ofSeconds(3));
    assertThat(node.held)
        .noneMatch(command -> ((PoolCommand.AskEc2) command).ask() instanceof CreateEni);
  }
}
