package io.vpccni.ipamd.retry;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** These tests show how long the pauses between attempts are. */
class PausesTest {
  @Test
  void jitterIsFullAndGrowsToItsCap() {
    var random = new SplittableRandom(3);
    var seen = new ArrayList<Duration>();
    for (int i = 0; i < 1000; i++) {
      seen.add(Pauses.fullJitter(Duration.ofMillis(500), Duration.ofSeconds(20), 4, random));
    }
    assertThat(seen).allMatch(pause -> pause.compareTo(Duration.ofSeconds(4)) <= 0);
    assertThat(seen).anyMatch(pause -> pause.compareTo(Duration.ofMillis(400)) < 0);
    assertThat(seen).anyMatch(pause -> pause.compareTo(Duration.ofMillis(3600)) > 0);
    assertThat(Pauses.doubling(Duration.ofSeconds(10), Duration.ofSeconds(60), 3))
        .isEqualTo(Duration.ofSeconds(40));
    assertThat(Pauses.doubling(Duration.ofSeconds(10), Duration.ofSeconds(60), 90))
        .isEqualTo(Duration.ofSeconds(60));
  }
}
