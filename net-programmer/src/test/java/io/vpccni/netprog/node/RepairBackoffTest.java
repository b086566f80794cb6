package io.vpccni.netprog.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.netprog.host.Plan.Change;
import io.vpccni.netprog.netlink.Route;
import io.vpccni.netprog.netlink.Rule;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RepairBackoffTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Change MARK = change("rule", "rule 1024 is missing");
  private static final Change POD = change("route", "route 10.0.1.20 is missing");

  private final RepairBackoff fights = new RepairBackoff();

  private static Change change(String kind, String why) {
    return new Change(
        kind, why, Rule.marked(false, 1024, 0x80, Route.MAIN).add(), Optional.empty());
  }

  private void lose(int times) {
    for (int i = 0; i < times; i++) {
      assertThat(fights.due(List.of(MARK), START)).containsExactly(MARK);
    }
  }

  @Test
  void theFourthRepairIsAFightAndTheNextOneWaits() {
    lose(3);
    assertThat(fights.contestedKinds()).isEmpty();
    lose(1);
    assertThat(fights.contested(MARK)).isTrue();
    assertThat(fights.due(List.of(MARK), START.plusMillis(1999))).isEmpty();
    assertThat(fights.due(List.of(MARK), START.plusMillis(2000))).containsExactly(MARK);
  }

  @Test
  void aFightOverOneObjectDelaysNoOther() {
    lose(4);
    assertThat(fights.due(List.of(MARK, POD), START)).containsExactly(POD);
    assertThat(fights.contestedKinds()).containsExactly("rule");
  }

  @Test
  void aFightIsOverOnceItsObjectStayedForAMinute() {
    lose(4);
    fights.due(List.of(), START.plusSeconds(62));
    assertThat(fights.contestedKinds()).containsExactly("rule");
    fights.due(List.of(), START.plusSeconds(63));
    assertThat(fights.contestedKinds()).isEmpty();
    assertThat(fights.contested(MARK)).isFalse();
  }

  @Test
  void aNewWishIsANewBeginning() {
    lose(4);
    fights.forget();
    assertThat(fights.contestedKinds()).isEmpty();
    lose(1);
  }
}
