package io.vpccni.ipamd.pool.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.ec2.Ec2Request.CreateEni;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.pool.Limits;
import io.vpccni.ipamd.pool.PoolView;
import io.vpccni.ipamd.pool.decide.PoolViews;
import io.vpccni.ipamd.pool.scenario.FakeEc2;
import io.vpccni.ipamd.pool.scenario.Scenario;
import io.vpccni.ipamd.pool.state.PoolEvent;
import java.util.List;
import org.junit.jupiter.api.Test;

/** These tests show which network cards are the pool's. */
class CardsTest {
  private final Scenario node = new Scenario(DefaultSettings.pool());

  private Scenario cards(int count) {
    node.ec2.slots(9);
    return node.tell(new PoolEvent.LimitsKnown(new Limits(3, 9, count), node.now));
  }

  private List<Integer> created() {
    return node.asked(CreateEni.class).stream().map(CreateEni::networkCard).toList();
  }

  private List<Integer> managed() {
    return PoolViews.of(node.state).cards().stream().map(PoolView.Card::networkCard).toList();
  }

  @Test
  void aCardWithoutAnyEniGetsOne() {
    cards(2).starts().settled();
    assertThat(managed()).containsExactly(0, 1);
    assertThat(created()).containsExactly(1);
  }

  @Test
  void aCardThatAnEfaOnlyEniHasForItselfIsLeftToIt() {
    node.ec2.attach(FakeEc2.eni("eni-e", 1, 0, List.of(), EniKind.EFA_ONLY, false, true));
    cards(3).starts().settled();
    assertThat(managed()).containsExactly(0, 2);
    assertThat(created()).containsExactly(2);
  }

  @Test
  void oneEniOfOursBesideItMakesTheCardOurs() {
    node.ec2.attach(FakeEc2.eni("eni-e", 1, 0, List.of(), EniKind.EFA_ONLY, false, true));
    node.ec2.attach(FakeEc2.eni("eni-o", 1, 1, List.of()));
    cards(2).starts().settled();
    assertThat(managed()).containsExactly(0, 1);
    assertThat(node.eni("eni-o").blocks()).hasSize(1);
    assertThat(node.eni("eni-e").blocks()).isEmpty();
    assertThat(created()).isEmpty();
  }

  @Test
  void theFirstCardIsOursWhateverIsOnIt() {
    node.ec2.enis.clear();
    node.ec2.attach(FakeEc2.eni("eni-0", 0, 0, List.of(), EniKind.EFA_ONLY, false, true));
    cards(2).starts().settled();
    assertThat(managed()).containsExactly(0, 1);
  }

  @Test
  void anUnmanagedEniIsNoReasonToLeaveItsCard() {
    node.ec2.attach(FakeEc2.eni("eni-u", 1, 0, List.of(), EniKind.ORDINARY, false, false));
    cards(2).starts().settled();
    assertThat(managed()).containsExactly(0, 1);
    assertThat(created()).containsExactly(1);
  }
}
