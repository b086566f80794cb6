package io.vpccni.netprog.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.netprog.host.Plan.Change;
import io.vpccni.netprog.host.Plan.Purpose;
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

  private final RepairBackoff backoff = new RepairBackoff();

  private static Change change(String kind, String why) {
    return new Change(
        kind,
        why,
        Rule.marked(false, 1024, 0x80, Route.MAIN).add(),
        Optional.empty(),
        Purpose.NEEDED);
  }

  private void lose(int times) {
    for (int i = 0; i < times; i++) {
      assertThat(backoff.due(List.of(MARK), START)).containsExactly(MARK);
    }
  }

  @Test
  void theFourthRepairIsContentionAndTheNextOneWaits() {
    lose(3);
    assertThat(backoff.contestedKinds()).isEmpty();
    lose(1);
    assertThat(backoff.contested(MARK)).isTrue();
    assertThat(backoff.due(List.of(MARK), START.plusMillis(1999))).isEmpty();
    assertThat(backoff.due(List.of(MARK), START.plusMillis(2000))).containsExactly(MARK);
  }

  @Test
  void contentionOverOneObjectDelaysNoOther() {
    lose(4);
    assertThat(backoff.due(List.of(MARK, POD), START)).containsExactly(POD);
    assertThat(backoff.contestedKinds()).containsExactly("rule");
  }

  @Test
  void contentionIsOverOnceItsObjectStayedForAMinute() {
    lose(4);
    backoff.due(List.of(), START.plusSeconds(62));
    assertThat(backoff.contestedKinds()).containsExactly("rule");
    backoff.due(List.of(), START.plusSeconds(63));
    assertThat(backoff.contestedKinds()).isEmpty();
    assertThat(backoff.contested(MARK)).isFalse();
  }

  @Test
  void aNewDesiredStateIsANewBeginning() {
    lose(4);
    backoff.forget();
    assertThat(backoff.contestedKinds()).isEmpty();
    lose(1);
  }
}
