package io.vpccni.ipamd.kubernetes.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.condition.ConditionChanged;
import io.vpccni.ipamd.condition.RaisedConditions;
import io.vpccni.ipamd.kubernetes.service.WatchConditions.Standing;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchConditionsTest {
  private final List<ConditionChanged> told = new ArrayList<>();
  private final WatchConditions watches =
      new WatchConditions(new RaisedConditions(told::add), "node-1");

  @Test
  void aWatchThatIsAwayForOneLookIsNoNews() {
    watches.look(new Standing(false, false, true));
    watches.look(new Standing(true, true, true));
    watches.look(new Standing(false, false, true));
    assertThat(told).isEmpty();
  }

  @Test
  void whileTheNodeCannotBeWatchedItsConditionSpeaksForThePodsToo() {
    for (int look = 0; look < 5; look++) watches.look(new Standing(false, false, true));
    assertThat(told).extracting(ConditionChanged::name).containsExactly("ApiServerUnreachable");
  }

  @Test
  void podsThatCannotBeWatchedAreToldWithTheReason() {
    watches.pods().failed("forbidden");
    for (int look = 0; look < 2; look++) watches.look(new Standing(true, false, true));
    assertThat(told)
        .singleElement()
        .satisfies(
            raised -> {
              assertThat(raised.name()).isEqualTo("PodsNotWatched");
              assertThat(raised.detail())
                  .isEqualTo(
                      "pods of node node-1 cannot be watched: forbidden;"
                          + " going on with what was last known");
            });
    watches.look(new Standing(true, true, true));
    assertThat(told).last().isEqualTo(ConditionChanged.over("PodsNotWatched", ""));
  }

  /** The token was refused once, has been accepted since, and now nothing answers. */
  @Test
  void aReasonOfFormerTroubleIsNotToldAgain() {
    watches.node().failed("token refused");
    for (int look = 0; look < 2; look++) watches.look(new Standing(false, false, true));
    assertThat(told.getLast().detail()).contains("token refused");
    watches.look(new Standing(true, true, true));
    for (int look = 0; look < 2; look++) watches.look(new Standing(false, false, true));
    assertThat(told.getLast().detail()).contains("does not answer").doesNotContain("token");
  }

  @Test
  void podsThatNobodyWantsToWatchAreNotMissed() {
    for (int look = 0; look < 5; look++) watches.look(new Standing(true, false, false));
    assertThat(told).isEmpty();
  }
}
