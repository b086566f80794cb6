package io.vpccni.ipamd.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class IdlenessTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private final Idleness idleness = new Idleness(Duration.ofSeconds(5), 3, START);

  private static Instant after(int seconds) {
    return START.plusSeconds(seconds);
  }

  @Test
  void theStartIsFollowedByOneCollectionOnceItIsOver() {
    assertThat(idleness.due(after(4))).isFalse();
    assertThat(idleness.due(after(5))).isTrue();
    assertThat(idleness.due(after(60))).isFalse();
  }

  @Test
  void callsAreFollowedByOneWhenTheyHaveEnded() {
    assertThat(idleness.due(after(5))).isTrue();
    idleness.happened(after(10));
    idleness.happened(after(11));
    idleness.happened(after(12));
    assertThat(idleness.due(after(16))).isFalse();
    assertThat(idleness.due(after(17))).isTrue();
    assertThat(idleness.due(after(18))).isFalse();
  }

  @Test
  void fewCallsAreNotWorthOne() {
    assertThat(idleness.due(after(5))).isTrue();
    idleness.happened(after(10));
    idleness.happened(after(11));
    assertThat(idleness.due(after(100))).isFalse();
    idleness.happened(after(101));
    assertThat(idleness.due(after(106))).isTrue();
  }
}
