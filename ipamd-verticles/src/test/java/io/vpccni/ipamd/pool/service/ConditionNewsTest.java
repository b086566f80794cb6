package io.vpccni.ipamd.pool.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.pool.Condition;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConditionNewsTest {
  private static final Condition FULL = condition("SubnetExhausted", "subnet-1", "Full", "first");

  @Test
  void aConditionThatBeginsIsNews() {
    assertThat(ConditionNews.between(Map.of(), set(FULL)))
        .containsExactly(new ConditionNews(FULL, false));
  }

  @Test
  void itsRepetitionIsNot() {
    var again = condition("SubnetExhausted", "subnet-1", "Full", "with other figures");
    assertThat(ConditionNews.between(set(FULL), set(again))).isEmpty();
  }

  @Test
  void anotherReasonIs() {
    var other = condition("SubnetExhausted", "subnet-1", "NoPrefixes", "");
    assertThat(ConditionNews.between(set(FULL), set(other)))
        .containsExactly(new ConditionNews(other, false));
  }

  @Test
  void itsEndIsNewsAndOtherSubjectsAreTheirOwn() {
    var other = condition("SubnetExhausted", "subnet-2", "Full", "");
    assertThat(ConditionNews.between(set(FULL), set(other)))
        .isEqualTo(List.of(new ConditionNews(other, false), new ConditionNews(FULL, true)));
  }

  private static Map<Condition.Key, Condition> set(Condition condition) {
    return Map.of(condition.key(), condition);
  }

  private static Condition condition(String name, String subject, String reason, String detail) {
    return new Condition(
        new Condition.Key(name, subject), reason, detail, Instant.parse("2026-01-01T00:00:00Z"));
  }
}
