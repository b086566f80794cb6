package io.vpccni.ipamd.kubernetes.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.vpccni.ipamd.kubernetes.WarningEvent;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EventBudgetTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  private final EventBudget budget = new EventBudget();

  private static WarningEvent event(String action) {
    return new WarningEvent("MissingIAMPermissions", action, "Allow it");
  }

  @Test
  void anEqualEventIsSentOnceAnHourWhateverItsNoteSays() {
    assertThat(budget.take(event("a"), NOW)).isTrue();
    var otherNote = new WarningEvent("MissingIAMPermissions", "a", "request id 2");
    assertThat(budget.take(otherNote, NOW.plusSeconds(3600))).isFalse();
    assertThat(budget.take(event("b"), NOW)).as("about something else").isTrue();
    assertThat(budget.take(event("a"), NOW.plusSeconds(3601))).isTrue();
  }

  @Test
  void anEventThatCouldNotBeSentMayBeSentNextTime() {
    assertThat(budget.take(event("a"), NOW)).isTrue();
    budget.giveBack(event("a"));
    assertThat(budget.take(event("a"), NOW)).isTrue();
  }

  @Test
  void atMostAHundredDifferentEventsAreSentInAnHour() {
    for (int n = 0; n < EventBudget.MOST; n++) {
      assertThat(budget.take(event("action " + n), NOW)).isTrue();
    }
    assertThat(budget.take(event("one more"), NOW.plusSeconds(3599))).isFalse();
    assertThat(budget.take(event("one more"), NOW.plusSeconds(3601))).isTrue();
  }
}
