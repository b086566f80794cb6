package io.vpccni.ipamd.condition;

import static io.vpccni.ipamd.RealBus.await;
import static io.vpccni.ipamd.RealBus.until;
import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.RealBus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class RaisedConditionsTest {
  @RegisterExtension final RealBus bus = new RealBus();

  private final List<ConditionChanged> told = new ArrayList<>();
  private final RaisedConditions conditions = new RaisedConditions(told::add);

  @Test
  void aConditionIsAnnouncedWhenItIsRaisedAndWhenItChangesAndNotWhenItIsConfirmed() {
    assertThat(conditions.raise("X", "a", "Lost", "once")).isTrue();
    assertThat(conditions.raise("X", "a", "Lost", "once")).isFalse();
    assertThat(conditions.raise("X", "a", "Lost", "for another reason")).isFalse();
    assertThat(conditions.isRaised("X", "a")).isTrue();
    assertThat(told)
        .containsExactly(
            ConditionChanged.raised("X", "a", "Lost", "once"),
            ConditionChanged.raised("X", "a", "Lost", "for another reason"));
  }

  @Test
  void onlyWhatWasRaisedIsLowered() {
    assertThat(conditions.lower("X", "a")).isFalse();
    assertThat(told).isEmpty();
    conditions.follow(ConditionChanged.raised("X", "a", "Lost", "once"));
    assertThat(conditions.lower("X", "b")).isFalse();
    conditions.follow(ConditionChanged.over("X", "a"));
    assertThat(told).last().isEqualTo(ConditionChanged.over("X", "a"));
    assertThat(told).hasSize(2);
    assertThat(conditions.isRaised("X", "a")).isFalse();
  }

  @Test
  void ofOneNameOnlyTheseSubjectsAreRaised() {
    conditions.raise("X", "a", "Lost", "a");
    conditions.raise("Y", "a", "Lost", "of another name");
    told.clear();
    assertThat(conditions.raiseOnly("X", "Lost", Map.of("b", "b"))).containsExactly("b");
    assertThat(told)
        .containsExactly(
            ConditionChanged.over("X", "a"), ConditionChanged.raised("X", "b", "Lost", "b"));
    assertThat(conditions.raiseOnly("X", "Lost", Map.of("b", "b"))).isEmpty();
    assertThat(conditions.isRaised("Y", "a")).isTrue();
  }

  @Test
  void whatWasRaisedBeforeThePoolListensIsAnnouncedAgainWhenItDoes() {
    var events = bus.vertx().eventBus();
    var early = RaisedConditions.on(events);
    early.raise("X", "", "Lost", "before anybody listens");
    early.raise("Y", "", "Lost", "over by then");
    early.lower("Y", "");
    List<ConditionChanged> heard = new CopyOnWriteArrayList<>();
    await(ConditionChanged.TOPIC.hear(events, heard::add));
    ConditionsWanted.TOPIC.publish(events, new ConditionsWanted());
    until(() -> !heard.isEmpty());
    assertThat(heard)
        .containsExactly(ConditionChanged.raised("X", "", "Lost", "before anybody listens"));
  }
}
